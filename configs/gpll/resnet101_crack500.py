# resnet50_crack500.py with ResNet-101
_base_ = './resnet50_crack500.py'
weights = 'checkpoints/resnet101_8xb32_in1k_20210831-539c63f8.pth'
model = dict(backbone=dict(depth=101, init_cfg=dict(checkpoint=weights)))
