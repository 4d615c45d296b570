# Ablation "with 2-Class Otsu" (Table IV); the classifier is resnet50_crack500.py
_base_ = '../_base_/default_runtime.py'
classifier = 'work_dirs/resnet50_crack500/epoch_24.pth'
prerequisites = [dict(train='configs/gpll/resnet50_crack500.py', checkpoint=classifier)]
label_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='mmcrack.GPLLPseudoLabel', checkpoint=classifier, threshold_classes=2),
]
