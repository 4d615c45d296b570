# IGMSDA with ResNet-110 on NPP2021
_base_ = [
    '../_base_/models/cls_resnet110.py',
    '../_base_/datasets/cls_npp2021.py',
    '../_base_/schedules/cls_sgd_150e.py',
    '../_base_/classification_runtime.py',
]
model = dict(head=dict(num_classes=3, loss=dict(type='mmcrack.IGMSDALoss')))
custom_hooks = [dict(type='mmcrack.SemanticAugmentationHook', head='head')]
