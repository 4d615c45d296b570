# OED on EfficientNet-B0, for small machines
_base_ = './oed_efficientnet_b5.py'
model = dict(
    backbone=dict(backbone=dict(arch='b0')),
    decode_head=dict(in_channels=[3, 16, 24, 40, 112, 1280]),
)
