# IGMSDA with ResNet-50 on SDNET2018
_base_ = [
    '../_base_/models/cls_resnet50.py',
    '../_base_/datasets/cls_sdnet2018.py',
    '../_base_/schedules/cls_sgd_150e.py',
    '../_base_/classification_runtime.py',
]
model = dict(head=dict(loss=dict(type='mmcrack.IGMSDALoss')))
custom_hooks = [dict(type='mmcrack.SemanticAugmentationHook', head='head')]
