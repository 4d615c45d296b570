# GPLL as in the paper; the classifier is resnet50_combined.py
_base_ = '../_base_/default_runtime.py'
classifier = 'work_dirs/resnet50_combined/epoch_24.pth'
prerequisites = [dict(train='configs/gpll/resnet50_combined.py', checkpoint=classifier)]
label_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='mmcrack.GPLLPseudoLabel', checkpoint=classifier),
]
