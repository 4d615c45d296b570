# Round 1 of the pretrained student, on DeepCrack's 300 training photographs without their masks.
# What is crack it learns from synthetic cracks alone, drawn into the photographs; what is none,
# from what dark ridges are sure of. What they take for a crack, right or wrong, is left out: in
# round 2 this student judges it.
_base_ = [
    '../_base_/models/unet_efficientnet_lite0.py',
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
crop_size = (256, 256)
cracks = dict(
    contrast=(0.35, 0.95), clear=2.0, stones=0.4, drawn_width=3, fractal=dict(width=(2.5, 50))
)
sizes = dict(type='RandomResize', scale=(544, 384), ratio_range=(0.5, 1.5), keep_ratio=True)
crop = dict(type='RandomCrop', crop_size=crop_size, ignore_index=-1)
camera = [
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
        dict(type='mmcrack.IgnoreUncertain', low=0.3, high=None),
        sizes,
        crop,
        dict(type='mmcrack.RandomFlipRotate90'),
        dict(
            type='mmcrack.AddDistractors',
            rate=0.15,
            kinds=(
                'stain',
                'joint',
                'scratches',
                'shadow',
                'specks',
                'rust',
                'writing',
                'ledge',
            ),
        ),
        dict(type='mmcrack.AddSyntheticCrack', prob=0.8, params=cracks),
        *camera,
    ],
)
synthetic = dict(
    type='mmcrack.FractalCrackDataset',
    mode='photograph',
    length=10_000,
    size=crop_size,
    seed=5,
    params=cracks,
    pipeline=[dict(type='mmcrack.RandomFlipRotate90'), *camera],
)
train_dataloader = dict(
    batch_size=4,
    num_workers=1,
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
val_dataloader['dataset']['params'] = dict(stones=0.4, drawn_width=3)
optim_wrapper = dict(
    paramwise_cfg=dict(custom_keys={'timm_model': dict(lr_mult=0.25), 'conv_seg': dict(lr_mult=3)})
)
train_cfg = dict(max_iters=800, val_interval=800)
custom_hooks = [
    dict(type='mmcrack.ChannelsLastHook'),
    dict(type='mmcrack.SoftLabelLogHook'),
    dict(type='EMAHook', momentum=0.01, update_buffers=True),
    dict(type='mmcrack.StepSeedHook'),  # a resumed run equals the uninterrupted one
]
