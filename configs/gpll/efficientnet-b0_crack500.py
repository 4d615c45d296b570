# resnet50_crack500.py with EfficientNet-B0, the paper's other suggestion
_base_ = './resnet50_crack500.py'
weights = 'checkpoints/efficientnet-b0_3rdparty_8xb32_in1k_20220119-a7e2a0b1.pth'
init_cfg = dict(type='Pretrained', checkpoint=weights, prefix='backbone.')
model = dict(
    backbone=dict(_delete_=True, type='EfficientNet', arch='b0', init_cfg=init_cfg),
    head=dict(in_channels=1280),
)
