# What dark ridges and the pretrained student of round 3 agree on
_base_ = './labels_effnet_round1.py'
student = 'work_dirs/effnet_deepcrack_round3/iter_1300.pth'
prerequisites = [
    dict(train='configs/annotation_free/effnet_deepcrack_round3.py', checkpoint=student)
]
label_pipeline = _base_.label_pipeline
label_pipeline[1].labellers[1].checkpoint = student
