# DeepCrack's side outputs (Liu et al.) on the levels of a small U-Net, for CPUs
_base_ = './unet_small.py'
model = dict(
    decode_head=dict(
        _delete_=True,
        type='mmcrack.DeepCrackHead',
        in_channels=[16, 32, 64, 128, 256],
        in_index=[4, 3, 2, 1, 0],  # the U-Net returns its coarsest level first
        side_weights=[0.5, 0.75, 1.0, 0.75, 0.5],
        num_classes=2,
        out_channels=1,
        threshold=0.5,
        ignore_index=-1,
        align_corners=False,
        loss_decode=dict(type='mmcrack.SoftBCELoss'),
    ),
)
