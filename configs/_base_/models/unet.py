# The U-Net of 31 M parameters (Ronneberger et al.) with mmseg's backbone and one logit
_base_ = './unet_small.py'
model = dict(
    backbone=dict(base_channels=64),
    decode_head=dict(
        in_channels=64,
        channels=64,
        loss_decode=dict(_delete_=True, type='mmcrack.SoftBCELoss'),
    ),
)
