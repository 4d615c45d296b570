# Patch-VQVAE for two CPU cores: a quarter of the width, 1,200 steps of 4 patches of 192×192
_base_ = [
    '../_base_/models/patch_vqvae.py',
    '../_base_/datasets/deepcrack_crack_free_small.py',
    '../_base_/schedules/restoration_small.py',
    '../_base_/default_runtime.py',
]
model = dict(
    backbone=dict(channels=(16, 32, 64), embed_dim=64, reduce_first=True),
    decode_head=dict(
        in_channels=64,
        channels=16,
        decoder_channels=(64, 32, 16),
        embed_dim=64,
        enlarge_last=True,
        codebook=dict(size=256),
        router=dict(ramp_up=200),
    ),
)
train_cfg = dict(max_iters=1200, val_interval=1200)
custom_hooks = [
    dict(type='mmcrack.SoftLabelLogHook'),
    dict(type='mmcrack.StepSeedHook'),
    dict(type='mmcrack.CalibrationHook', dataloader=_base_.calibration_dataloader, interval=200),
]
zoo = dict(note='reduced: a quarter of the width, 1,200 steps of 4 patches of 192×192')
