# resnet50_crack500.py with ResNet-152
_base_ = './resnet50_crack500.py'
weights = 'checkpoints/resnet152_8xb32_in1k_20210901-4d7582fa.pth'
model = dict(backbone=dict(depth=152, init_cfg=dict(checkpoint=weights)))
