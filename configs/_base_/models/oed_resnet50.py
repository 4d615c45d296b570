# OED's decoder on ResNet-50, whose levels have strides 4 to 32 (and the image 1)
_base_ = './oed_efficientnet_b5.py'
model = dict(
    backbone=dict(
        backbone=dict(
            _delete_=True,
            type='ResNet',
            depth=50,
            norm_cfg=dict(type='SyncBN', requires_grad=True),
        ),
    ),
    decode_head=dict(
        in_channels=[3, 256, 512, 1024, 2048],
        in_index=[0, 1, 2, 3, 4],
        decoder_channels=[256, 128, 64, 16],
    ),
)
