# DeepCrack (Zou et al. 2018): SegNet on VGG-16, encoder and decoder fused at five scales
_base_ = './deepcrack_vgg16.py'
model = dict(
    data_preprocessor=dict(size_divisor=32, test_cfg=dict(size_divisor=32)),
    decode_head=dict(
        _delete_=True,
        type='mmcrack.DeepCrackFusionHead',
        in_channels=[64, 128, 256, 512, 512],
        in_index=[0, 1, 2, 3, 4],
        num_convs=[2, 2, 3, 3, 3],
        norm_cfg=dict(type='SyncBN', requires_grad=True),
        num_classes=2,
        out_channels=1,
        threshold=0.5,
        ignore_index=-1,
        align_corners=False,
        loss_decode=dict(type='mmcrack.SoftBCELoss'),
    ),
)
