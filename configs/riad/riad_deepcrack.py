# RIAD at the published size; schedule, batch and learning rate of its common re-implementation
_base_ = [
    '../_base_/models/riad.py',
    '../_base_/datasets/deepcrack_crack_free.py',
    '../_base_/schedules/restoration_300e.py',
    '../_base_/default_runtime.py',
]
train_dataloader = dict(
    batch_size=4, sampler=dict(_delete_=True, type='DefaultSampler', shuffle=True)
)
optim_wrapper = dict(optimizer=dict(lr=1e-4))
custom_hooks = [
    dict(type='mmcrack.SoftLabelLogHook'),
    dict(type='mmcrack.StepSeedHook'),
    dict(type='mmcrack.CalibrationHook', dataloader=_base_.calibration_dataloader),
]
