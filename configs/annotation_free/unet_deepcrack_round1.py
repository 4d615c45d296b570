# Round 1: a U-Net on DeepCrack's 300 training photographs without their masks. Labels are dark
# ridges, where they are certain; synthetic cracks with exact masks are drawn into the photographs,
# and a quarter of the images is synthetic altogether. Validated on synthetic photographs.
_base_ = [
    '../_base_/models/unet_small.py',
    '../_base_/datasets/deepcrack.py',
    '../_base_/datasets/synthetic_val.py',
    '../_base_/schedules/adamw_4k.py',
    '../_base_/default_runtime.py',
]
images = '{{$MMCRACK_DATA:data}}/deepcrack/train_img'
labels = 'work_dirs/pseudo_labels/dark_ridge_deepcrack'
prerequisites = [
    dict(label='configs/annotation_free/labels_dark_ridge.py', images=images, out=labels)
]
crop_size = (192, 192)
model = dict(
    backbone=dict(
        _delete_=True,
        type='mmcrack.WithLocalContrast',
        windows=(15, 61),
        backbone={**_base_.model.backbone, 'in_channels': 5},
    ),
)
cracks = dict(contrast=(0.35, 0.95), stones=0.4, fractal=dict(width=(2.5, 30)))
strong_augmentation = [
    dict(type='RandomCrop', crop_size=crop_size, ignore_index=-1),
    dict(type='mmcrack.RandomFlipRotate90'),
    dict(type='mmcrack.AddSyntheticCrack', prob=0.6, params=cracks),
    dict(type='PhotoMetricDistortion'),
    dict(type='mmcrack.RandomGaussianNoise', max_std=8),
    dict(type='mmcrack.PackCrackInputs'),
]
photographs = dict(
    type='mmcrack.CrackDataset',
    data_prefix=dict(img_path=images, seg_map_path=labels),
    unpaired='skip',
    lazy_init=True,
    pipeline=[
        dict(type='LoadImageFromFile'),
        dict(type='mmcrack.LoadCrackAnnotations', soft=True),
        dict(type='mmcrack.IgnoreUncertain', low=0.3, high=0.6),
        dict(type='RandomResize', scale=(544, 384), ratio_range=(0.5, 1.5), keep_ratio=True),
        *strong_augmentation,
    ],
)
synthetic = dict(
    type='mmcrack.FractalCrackDataset',
    mode='photograph',
    length=10_000,
    size=crop_size,
    seed=5,
    params=dict(contrast=(0.35, 0.95), stones=0.4),
    pipeline=[
        dict(type='mmcrack.RandomFlipRotate90'),
        dict(type='PhotoMetricDistortion'),
        dict(type='mmcrack.PackCrackInputs'),
    ],
)
train_dataloader = dict(
    batch_size=4,
    dataset=dict(
        _delete_=True,
        type='ConcatDataset',
        datasets=[
            dict(type='RepeatDataset', dataset=photographs, times=100, lazy_init=True),
            synthetic,
        ],
    ),
)
tta_pipeline = _base_.tta_pipeline
tta_pipeline[1].transforms.insert(
    0, [dict(type='Resize', scale_factor=factor, keep_ratio=True) for factor in (0.75, 1.0)]
)
val_dataloader = dict(_delete_=True, **_base_.synthetic_val)
train_cfg = dict(max_iters=3000, val_interval=1000)
custom_hooks = [
    dict(type='mmcrack.SoftLabelLogHook'),
    dict(type='EMAHook', momentum=0.0025, update_buffers=True),
    dict(type='mmcrack.StepSeedHook'),  # a resumed run equals the uninterrupted one
]
