# What dark ridges and the pretrained student of round 1, who never learned from their cracks,
# agree on
_base_ = '../_base_/default_runtime.py'
student = 'work_dirs/effnet_deepcrack_round1/iter_800.pth'
prerequisites = [
    dict(train='configs/annotation_free/effnet_deepcrack_round1.py', checkpoint=student)
]
label_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(
        type='mmcrack.AgreementPseudoLabel',
        tolerance=0,
        labellers=[
            dict(type='mmcrack.DarkRidgePseudoLabel', holes=25),
            dict(type='mmcrack.SegmentorPseudoLabel', checkpoint=student, scales=(0.75,)),
        ],
    ),
]
