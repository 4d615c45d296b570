# The patch classifier for two CPU cores: half the width, random weights, 72,000 patches in all
_base_ = [
    '../_base_/models/cls_resnet18_small.py',
    '../_base_/datasets/deepcrack_patches.py',
    '../_base_/schedules/sgd_24e.py',
    '../_base_/classification_runtime.py',
]
train_dataloader = dict(batch_size=32)
optim_wrapper = dict(
    optimizer=dict(_delete_=True, type='AdamW', lr=1e-3, weight_decay=0.05),
)
param_scheduler = [
    dict(type='LinearLR', start_factor=0.01, begin=0, end=50, by_epoch=False),
    dict(type='CosineAnnealingLR', by_epoch=True, convert_to_iter_based=True),
]
train_cfg = dict(max_epochs=6, val_interval=6)
