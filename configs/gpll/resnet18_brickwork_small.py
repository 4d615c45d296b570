# resnet18_deepcrack_small.py on given patches, in Positive and Negative folders: brickwork, 3:1:1
_base_ = [
    '../_base_/models/cls_resnet18_small.py',
    '../_base_/datasets/crack_patches.py',
    '../_base_/schedules/sgd_24e.py',
    '../_base_/classification_runtime.py',
]
train_dataloader = dict(batch_size=16)
optim_wrapper = dict(
    optimizer=dict(_delete_=True, type='AdamW', lr=1e-3, weight_decay=0.05),
)
param_scheduler = [dict(type='CosineAnnealingLR', by_epoch=True, convert_to_iter_based=True)]
train_cfg = dict(max_epochs=20, val_interval=5)
