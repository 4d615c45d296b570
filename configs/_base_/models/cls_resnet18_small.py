# A ResNet-18 of half the width, which two CPU cores train from random weights within an hour
_base_ = './cls_resnet18.py'
model = dict(
    backbone=dict(stem_channels=32, base_channels=32),
    head=dict(in_channels=256),
)
