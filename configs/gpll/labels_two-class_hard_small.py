# Ours: labels_hard_small.py with two classes, which call more of a crack dark
_base_ = '../_base_/default_runtime.py'
classifier = 'work_dirs/resnet18_deepcrack_small/epoch_6.pth'
prerequisites = [dict(train='configs/gpll/resnet18_deepcrack_small.py', checkpoint=classifier)]
label_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(
        type='mmcrack.GPLLPseudoLabel',
        checkpoint=classifier,
        threshold_classes=2,
        hard_localization=True,
    ),
]
