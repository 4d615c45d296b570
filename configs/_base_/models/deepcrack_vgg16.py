# DeepCrack (Liu et al. 2019): VGG-16 with batch normalization, five side outputs and their fusion.
# ImageNet weights: model.backbone.init_cfg=dict(type='Pretrained', checkpoint=mmpretrain's
# vgg16_bn, prefix='backbone.'); the paper trains from random ones.
model = dict(
    type='EncoderDecoder',
    data_preprocessor=dict(
        type='SegDataPreProcessor',
        mean=[123.675, 116.28, 103.53],
        std=[58.395, 57.12, 57.375],
        bgr_to_rgb=True,
        pad_val=0,
        seg_pad_val=-1,
        size_divisor=16,
        test_cfg=dict(size_divisor=16),
    ),
    backbone=dict(
        type='mmcrack.PrePoolVGG',
        depth=16,
        out_indices=(0, 1, 2, 3, 4),
        norm_cfg=dict(type='SyncBN', requires_grad=True),
    ),
    decode_head=dict(
        type='mmcrack.DeepCrackHead',
        in_channels=[64, 128, 256, 512, 512],
        in_index=[0, 1, 2, 3, 4],
        side_weights=[0.5, 0.75, 1.0, 0.75, 0.5],
        guided_filter=None,  # dict(radius=5, eps=1e-6) refines at test time
        num_classes=2,
        out_channels=1,
        threshold=0.5,
        ignore_index=-1,
        align_corners=False,
        loss_decode=dict(type='mmcrack.SoftBCELoss'),
    ),
    train_cfg=dict(),
    test_cfg=dict(mode='whole'),
)
