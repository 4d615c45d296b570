# Patch-VQVAE at full size; the paper's sizes and schedule are not known to us
_base_ = [
    '../_base_/models/patch_vqvae.py',
    '../_base_/datasets/deepcrack_crack_free.py',
    '../_base_/schedules/restoration_300e.py',
    '../_base_/default_runtime.py',
]
train_dataloader = dict(
    batch_size=8, sampler=dict(_delete_=True, type='DefaultSampler', shuffle=True)
)
optim_wrapper = dict(optimizer=dict(lr=4e-4))
custom_hooks = [
    dict(type='mmcrack.SoftLabelLogHook'),
    dict(type='mmcrack.StepSeedHook'),
    dict(type='mmcrack.CalibrationHook', dataloader=_base_.calibration_dataloader),
]
