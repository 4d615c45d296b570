# Hypothesis: where dark ridges are uncertain, the mean of the student's own weights knows more.
# The student of round 1 goes on, on the same labels, and learns the rest from that mean.
_base_ = './unet_deepcrack_round1.py'
load_from = 'work_dirs/unet_deepcrack_round1/iter_3000.pth'
prerequisites = [
    *_base_.prerequisites,
    dict(train='configs/annotation_free/unet_deepcrack_round1.py', checkpoint=load_from),
]
model = dict(
    _delete_=True,
    type='mmcrack.MeanTeacher',
    segmentor=_base_.model,
    augmentation=dict(type='mmcrack.StrongAugmentation'),
    momentum=0.005,
    consistency=1.0,
    low=0.1,
    high=0.9,
    ramp_up=300,
)
custom_hooks = [
    dict(type='mmcrack.SoftLabelLogHook'),
    dict(type='mmcrack.StepSeedHook'),  # a resumed run equals the uninterrupted one
]
