# What dark ridges and the longer round 2 of the pretrained student agree on
_base_ = './labels_effnet_round1.py'
student = 'work_dirs/effnet_deepcrack_round2_long/iter_1400.pth'
prerequisites = [
    dict(train='configs/annotation_free/effnet_deepcrack_round2_long.py', checkpoint=student)
]
label_pipeline = _base_.label_pipeline
label_pipeline[1].labellers[1].checkpoint = student
