# Hypothesis: local contrast as input saves the student from learning it. Round 1 with two further
# input channels.
_base_ = './unet_deepcrack_round1.py'
model = dict(
    backbone=dict(
        _delete_=True,
        type='mmcrack.WithLocalContrast',
        windows=(15, 61),
        backbone={**_base_.model.backbone, 'in_channels': 5},
    ),
)
