# Hypothesis: where dark ridges and the student disagree, the mean of the student's own weights
# knows more. As round 3 from the longer round 2, but the student learns from that mean as well.
_base_ = './effnet_deepcrack_round3_long.py'
model = dict(
    _delete_=True,
    type='mmcrack.MeanTeacher',
    segmentor=_base_.model,
    augmentation=dict(type='mmcrack.StrongAugmentation'),
    momentum=0.01,
    consistency=1.0,
    low=0.1,
    high=0.9,
    ramp_up=300,
)
custom_hooks = [
    dict(type='mmcrack.ChannelsLastHook'),
    dict(type='mmcrack.SoftLabelLogHook'),
    dict(type='mmcrack.StepSeedHook'),  # a resumed run equals the uninterrupted one
    dict(type='mmcrack.ThresholdHook', bias='teacher.decode_head.conv_seg.bias'),
]
tta_model = dict(best_threshold=0.5)  # round 3's calibration is not this student's
