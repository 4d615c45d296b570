# What dark ridges and round 6 of the pretrained student, from the longer round 2, agree on
_base_ = './labels_effnet_round1.py'
student = 'work_dirs/effnet_deepcrack_round6_long/iter_2000.pth'
prerequisites = [
    dict(train='configs/annotation_free/effnet_deepcrack_round6_long.py', checkpoint=student)
]
label_pipeline = _base_.label_pipeline
label_pipeline[1].labellers[1].checkpoint = student
