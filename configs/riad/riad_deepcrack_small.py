# RIAD for two CPU cores: a quarter of the width, 300 steps of 4 patches of 192×192 in three sets
_base_ = [
    '../_base_/models/riad.py',
    '../_base_/datasets/deepcrack_crack_free_small.py',
    '../_base_/schedules/restoration_small.py',
    '../_base_/default_runtime.py',
]
model = dict(backbone=dict(channels=(16, 32, 64, 128, 128)), decode_head=dict(in_channels=16))
train_cfg = dict(max_iters=300, val_interval=300)
default_hooks = dict(checkpoint=dict(interval=150))
custom_hooks = [
    dict(type='mmcrack.SoftLabelLogHook'),
    dict(type='mmcrack.StepSeedHook'),
    dict(
        type='mmcrack.CalibrationHook',
        dataloader=_base_.calibration_dataloader,
        interval=150,
        max_batches=64,
    ),
]
zoo = dict(note='reduced: a quarter of the width, 300 steps of 4 patches of 192×192')
