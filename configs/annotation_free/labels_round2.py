# What the student of round 2 sees in a photograph, over four mirrored views at two sizes
_base_ = '../_base_/default_runtime.py'
student = 'work_dirs/unet_deepcrack_round2/iter_750.pth'
prerequisites = [dict(train='configs/annotation_free/unet_deepcrack_round2.py', checkpoint=student)]
label_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='mmcrack.SegmentorPseudoLabel', checkpoint=student, scales=(0.75, 1.0)),
]
