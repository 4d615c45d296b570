# ResNet-110 (6n + 2, n = 18) of 1.7 M parameters
_base_ = './cls_resnet50.py'
model = dict(
    backbone=dict(_delete_=True, type='mmcrack.ResNet6n2', depth=110),
    head=dict(in_channels=64),
)
