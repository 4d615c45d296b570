# IGMSDA with ResNet-50 on the brickwork patches
_base_ = [
    '../_base_/models/cls_resnet50.py',
    '../_base_/datasets/cls_brickwork.py',
    '../_base_/schedules/cls_sgd_150e.py',
    '../_base_/classification_runtime.py',
]
model = dict(head=dict(loss=dict(type='mmcrack.IGMSDALoss')))
custom_hooks = [dict(type='mmcrack.SemanticAugmentationHook', head='head')]
