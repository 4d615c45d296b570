# Rival: sub-category activation, dense CRF, random walk (Wang et al.)
_base_ = '../_base_/default_runtime.py'
classifier = 'work_dirs/resnet50_crack500_sub-category/epoch_3.pth'
prerequisites = [
    dict(train='configs/gpll/resnet50_crack500_sub-category.py', checkpoint=classifier)
]
label_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='mmcrack.CAMCRFRWPseudoLabel', checkpoint=classifier),
]
