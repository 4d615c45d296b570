# Bridge2025, the CoGenSAM paper's sizes (100/100/802), seed 0. Make the lists first (the paper does
# not publish its own):
#   python tools/dataset_converters/make_splits.py data/bridge2025 \
#       data/bridge2025/splits/100_100_802 --dataset bridge2025 --sizes 100 100 802
data_root = '{{$MMCRACK_DATA:data}}/bridge2025'
train_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='mmcrack.LoadCrackAnnotations'),
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
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type='InfiniteSampler', shuffle=True),
    dataset=dict(
        type='mmcrack.Bridge2025Dataset',
        data_root=data_root,
        ann_file='splits/100_100_802_seed0/train.txt',
        data_prefix=dict(img_path='', seg_map_path=''),
        pipeline=train_pipeline,
    ),
)
val_dataloader = dict(
    batch_size=1,
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='mmcrack.Bridge2025Dataset',
        data_root=data_root,
        ann_file='splits/100_100_802_seed0/val.txt',
        data_prefix=dict(img_path='', seg_map_path=''),
        test_mode=True,
        pipeline=test_pipeline,
    ),
)
test_dataloader = dict(
    batch_size=1,
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='mmcrack.Bridge2025Dataset',
        data_root=data_root,
        ann_file='splits/100_100_802_seed0/test.txt',
        data_prefix=dict(img_path='', seg_map_path=''),
        test_mode=True,
        pipeline=test_pipeline,
    ),
)
val_evaluator = dict(type='mmcrack.CrackMetric')
test_evaluator = val_evaluator
