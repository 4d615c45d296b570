# A U-Net on EfficientNet-Lite0 with ImageNet's weights: 3.5 M parameters, which two CPU cores
# train. tools/model_converters/efficientnet_lite.py makes the weights' file; with a connection,
# `pretrained=True` in place of init_cfg gets timm's.
model = dict(
    type='EncoderDecoder',
    data_preprocessor=dict(
        type='SegDataPreProcessor',
        mean=[127.0, 127.0, 127.0],
        std=[128.0, 128.0, 128.0],
        bgr_to_rgb=True,
        pad_val=0,
        seg_pad_val=-1,
        size_divisor=32,
        test_cfg=dict(size_divisor=32),
    ),
    backbone=dict(
        type='mmcrack.JoinedLevels',
        backbones=[
            dict(
                type='mmcrack.WithLocalContrast',
                windows=(15, 61),
                backbone=dict(type='mmcrack.ConvStem', in_channels=5, channels=8),
            ),
            dict(
                type='mmpretrain.TIMMBackbone',
                model_name='tf_efficientnet_lite0',
                features_only=True,
                init_cfg=dict(
                    type='Pretrained', checkpoint='checkpoints/tf_efficientnet_lite0.pth'
                ),
            ),
        ],
    ),
    neck=dict(
        type='mmcrack.UNetDecoder',
        in_channels=[8, 16, 24, 40, 112, 320],
        channels=[8, 16, 32, 48, 96],
        # leaky: behind a ReLU a few channels whose weights are all negative can only say background
        act_cfg=dict(type='LeakyReLU', negative_slope=0.1),
    ),
    decode_head=dict(
        type='FCNHead',
        in_channels=8,
        in_index=0,
        channels=8,
        num_convs=0,
        concat_input=False,
        dropout_ratio=0.0,
        num_classes=2,
        out_channels=1,
        threshold=0.5,
        ignore_index=-1,
        align_corners=False,
        loss_decode=[dict(type='mmcrack.SoftBCELoss'), dict(type='mmcrack.SoftDiceLoss')],
        init_cfg=dict(type='Normal', std=0.3, bias=-2, override=dict(name='conv_seg')),
    ),
    train_cfg=dict(),
    test_cfg=dict(mode='whole'),
)
