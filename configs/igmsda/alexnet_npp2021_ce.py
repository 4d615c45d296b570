# AlexNet by cross entropy, the rival "SDNET" of Table III
_base_ = [
    '../_base_/models/cls_alexnet.py',
    '../_base_/datasets/cls_npp2021.py',
    '../_base_/schedules/cls_sgd_150e.py',
    '../_base_/classification_runtime.py',
]
model = dict(backbone=dict(num_classes=3))
