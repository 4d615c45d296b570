# UP-CrackNet for two CPU cores: half the width, five levels, no style loss, the squares fitted to
# patches of 192×192, 1,000 steps of 4 of them
_base_ = [
    '../_base_/models/up_cracknet.py',
    '../_base_/datasets/deepcrack_crack_free_small.py',
    '../_base_/schedules/restoration_small.py',
    '../_base_/default_runtime.py',
]
model = dict(
    backbone=dict(channels=(32, 64, 128, 256, 256), dropout_levels=1),
    decode_head=dict(in_channels=64),
    discriminator=dict(channels=(16, 32, 64, 128)),
    corruption=dict(sizes=(24, 48, 96)),
    size_divisor=32,
)
optim_wrapper = dict(
    _delete_=True,
    constructor='mmcrack.SubmoduleOptimWrapperConstructor',
    generator=dict(optimizer=dict(type='Adam', lr=1e-3, betas=(0.5, 0.999))),
    discriminator=dict(optimizer=dict(type='Adam', lr=2e-4, betas=(0.5, 0.999))),
)
train_cfg = dict(max_iters=1000, val_interval=1000)
custom_hooks = [dict(type='mmcrack.SoftLabelLogHook'), dict(type='mmcrack.StepSeedHook')]
zoo = dict(
    note='reduced: half the width, five levels, no style loss, 1,000 steps of 4 patches of 192×192'
)
