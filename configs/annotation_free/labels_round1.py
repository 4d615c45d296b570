# What the student of round 1 sees in a photograph, over four mirrored views at three sizes
_base_ = '../_base_/default_runtime.py'
student = 'work_dirs/unet_deepcrack_round1/iter_3000.pth'
prerequisites = [dict(train='configs/annotation_free/unet_deepcrack_round1.py', checkpoint=student)]
label_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='mmcrack.SegmentorPseudoLabel', checkpoint=student, scales=(0.75, 1.0, 1.25)),
]
