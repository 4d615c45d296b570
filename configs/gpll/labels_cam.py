# Rival: plain Grad-CAM; the classifier is resnet50_crack500.py
_base_ = '../_base_/default_runtime.py'
classifier = 'work_dirs/resnet50_crack500/epoch_24.pth'
prerequisites = [dict(train='configs/gpll/resnet50_crack500.py', checkpoint=classifier)]
label_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='mmcrack.CAMPseudoLabel', checkpoint=classifier, method='gradcam'),
]
