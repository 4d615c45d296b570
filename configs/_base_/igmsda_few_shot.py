# Few-shot brickwork: ResNet-18 from random weights on 25 (or 50, 100) patches of each class at
# 96×96, tested on 150 other patches of each. The seed draws patches, weights and batches; of one
# seed, smaller training sets are parts of larger ones, and the test patches are the same.
#   python tools/analysis_tools/seed_table.py configs/igmsda/few_shot/*.py --seeds 0 1 2 3 4
_base_ = [
    './models/cls_resnet18.py',
    './datasets/cls_brickwork.py',
    './schedules/cls_sgd_150e.py',
    './classification_runtime.py',
]
seed_options = [
    'randomness.seed={seed}',
    'train_dataloader.dataset.seed={seed}',
    'val_dataloader.dataset.seed={seed}',
    'test_dataloader.dataset.seed={seed}',
]
train_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='Resize', scale=(96, 96)),
    dict(type='RandomFlip', prob=0.5, direction='horizontal'),
    dict(type='PackInputs'),
]
test_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='Resize', scale=(96, 96)),
    dict(type='PackInputs'),
]
held_out = (100, 0, 150)  # train : val : test of the 250 patches of a class
train_dataloader = dict(
    batch_size=8,
    num_workers=0,
    persistent_workers=False,
    sampler=dict(type='InfiniteSampler', shuffle=True),
    dataset=dict(ratio=(25, 75, 150), pipeline=train_pipeline),
)
test_dataloader = dict(dataset=dict(ratio=held_out, split='test', pipeline=test_pipeline))
val_dataloader = test_dataloader  # for the last step's figures alone: choose nothing by it
# the published schedule's steps at the same shares of the training
param_scheduler = [dict(type='MultiStepLR', milestones=[69, 101, 133], gamma=0.1, by_epoch=False)]
train_cfg = dict(_delete_=True, type='IterBasedTrainLoop', max_iters=160, val_interval=160)
log_processor = dict(by_epoch=False)
default_hooks = dict(
    logger=dict(interval=40, log_metric_by_epoch=False),
    checkpoint=dict(by_epoch=False, interval=80, max_keep_ckpts=1),
)
