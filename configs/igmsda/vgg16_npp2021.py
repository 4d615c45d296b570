# IGMSDA with VGG-16 on NPP2021
_base_ = [
    '../_base_/models/cls_vgg16.py',
    '../_base_/datasets/cls_npp2021.py',
    '../_base_/schedules/cls_sgd_150e.py',
    '../_base_/classification_runtime.py',
]
model = dict(backbone=dict(num_classes=3), head=dict(loss=dict(type='mmcrack.IGMSDALoss')))
custom_hooks = [
    dict(type='mmcrack.SemanticAugmentationHook', head='head', layer='backbone.classifier.6')
]
