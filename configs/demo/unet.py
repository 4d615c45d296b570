# The demo's student: a small U-Net on the restored labels of synthetic photographs
_base_ = [
    '../_base_/models/unet_small.py',
    '../_base_/schedules/adamw_4k.py',
    '../_base_/default_runtime.py',
]
data_root = 'work_dirs/demo/data'
labels = 'work_dirs/demo/labels'
prerequisites = [
    dict(label='configs/demo/labels.py', images=f'{data_root}/train/images', out=labels)
]
train_pipeline = [
    dict(type='LoadImageFromFile'),
    # a restorer trained for minutes is under-confident: what it gives 20 % is taken for crack
    dict(type='mmcrack.LoadCrackAnnotations', threshold=0.2),
    dict(type='RandomCrop', crop_size=(128, 128), ignore_index=-1),
    dict(type='RandomFlip', prob=0.5, direction=['horizontal', 'vertical']),
    dict(type='PhotoMetricDistortion'),
    dict(type='mmcrack.PackCrackInputs'),
]
test_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='mmcrack.LoadCrackAnnotations'),
    dict(type='mmcrack.PackCrackInputs'),
]
train_dataloader = dict(
    batch_size=8,
    num_workers=1,
    persistent_workers=True,
    sampler=dict(type='InfiniteSampler', shuffle=True),
    dataset=dict(
        type='mmcrack.CrackDataset',
        data_prefix=dict(img_path=f'{data_root}/train/images', seg_map_path=labels),
        pipeline=train_pipeline,
    ),
)
test_dataloader = dict(
    batch_size=1,
    num_workers=1,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='mmcrack.CrackDataset',
        data_prefix=dict(
            img_path=f'{data_root}/test/images', seg_map_path=f'{data_root}/test/masks'
        ),
        test_mode=True,
        pipeline=test_pipeline,
    ),
)
val_dataloader = test_dataloader
val_evaluator = dict(type='mmcrack.CrackMetric')
test_evaluator = val_evaluator
train_cfg = dict(max_iters=350, val_interval=350)
log_level = 'WARNING'
custom_hooks = [
    dict(type='mmcrack.SoftLabelLogHook'),
    dict(type='mmcrack.ProgressBarHook', title='Student: a U-Net on the restored labels'),
]
