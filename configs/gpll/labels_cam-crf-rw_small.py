# Rival: sub-category activation, dense CRF, random walk (Wang et al.)
_base_ = '../_base_/default_runtime.py'
classifier = 'work_dirs/resnet18_deepcrack_sub-category_small/epoch_1.pth'
prerequisites = [
    dict(train='configs/gpll/resnet18_deepcrack_sub-category_small.py', checkpoint=classifier)
]
label_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='mmcrack.CAMCRFRWPseudoLabel', checkpoint=classifier),
]
