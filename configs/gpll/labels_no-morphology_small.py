# Ablation "w/o Morphology" (Table IV); the classifier is resnet18_deepcrack_small.py
_base_ = '../_base_/default_runtime.py'
classifier = 'work_dirs/resnet18_deepcrack_small/epoch_6.pth'
prerequisites = [dict(train='configs/gpll/resnet18_deepcrack_small.py', checkpoint=classifier)]
label_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='mmcrack.GPLLPseudoLabel', checkpoint=classifier, erosions=0, closing=0),
]
