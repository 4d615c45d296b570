# AlexNet by cross entropy, the rival "SDNET" of Table III
_base_ = [
    '../_base_/models/cls_alexnet.py',
    '../_base_/datasets/cls_crack2019.py',
    '../_base_/schedules/cls_sgd_150e.py',
    '../_base_/classification_runtime.py',
]
