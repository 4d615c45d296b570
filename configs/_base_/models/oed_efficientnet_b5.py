# OED (König et al. 2021): EfficientNet-B5 and the image itself as the finest level.
# ImageNet weights, which the paper uses: model.backbone.backbone.init_cfg=dict(type='Pretrained',
# checkpoint=mmpretrain's efficientnet-b5, prefix='backbone.').
model = dict(
    type='EncoderDecoder',
    data_preprocessor=dict(
        type='SegDataPreProcessor',
        mean=[123.675, 116.28, 103.53],
        std=[58.395, 57.12, 57.375],
        bgr_to_rgb=True,
        pad_val=0,
        seg_pad_val=-1,
        size_divisor=32,
        test_cfg=dict(size_divisor=32),
    ),
    backbone=dict(
        type='mmcrack.WithImage',
        backbone=dict(
            type='mmpretrain.EfficientNet',
            arch='b5',
            out_indices=(1, 2, 3, 4, 6),
            norm_cfg=dict(type='SyncBN', eps=1e-3, requires_grad=True),
        ),
    ),
    decode_head=dict(
        type='mmcrack.OEDHead',
        in_channels=[3, 24, 40, 64, 176, 2048],
        in_index=[0, 1, 2, 3, 4, 5],
        decoder_channels=[256, 128, 64, 32, 16],
        norm_cfg=dict(type='SyncBN', requires_grad=True),
        num_classes=2,
        out_channels=1,
        threshold=0.5,
        ignore_index=-1,
        align_corners=False,
        loss_decode=[dict(type='mmcrack.SoftBCELoss'), dict(type='mmcrack.SoftDiceLoss')],
    ),
    train_cfg=dict(),
    test_cfg=dict(mode='whole'),
)
