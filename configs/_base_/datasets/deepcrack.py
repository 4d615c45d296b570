# DeepCrack's official split: 300 photographs to train, 237 to test, no validation set.
# The data are looked for in $MMCRACK_DATA/deepcrack, or data/deepcrack.
data_root = '{{$MMCRACK_DATA:data}}/deepcrack'
crop_size = (256, 256)
train_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='mmcrack.LoadCrackAnnotations'),
    dict(type='RandomCrop', crop_size=crop_size, ignore_index=-1),
    dict(type='RandomFlip', prob=0.5, direction=['horizontal', 'vertical']),
    dict(type='PhotoMetricDistortion'),
    dict(type='mmcrack.PackCrackInputs'),
]
test_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='mmcrack.LoadCrackAnnotations'),
    dict(type='mmcrack.PackCrackInputs'),
]
tta_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(
        type='TestTimeAug',
        transforms=[
            [
                dict(type='RandomFlip', prob=0.0, direction='horizontal'),
                dict(type='RandomFlip', prob=1.0, direction='horizontal'),
                dict(type='RandomFlip', prob=1.0, direction='vertical'),
            ],
            [dict(type='mmcrack.LoadCrackAnnotations')],  # after the flips: predictions are undone
            [dict(type='mmcrack.PackCrackInputs')],
        ],
    ),
]
train_dataloader = dict(
    batch_size=8,
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type='InfiniteSampler', shuffle=True),
    dataset=dict(
        type='mmcrack.DeepCrackDataset',
        data_root=data_root,
        data_prefix=dict(img_path='train_img', seg_map_path='train_lab'),
        pipeline=train_pipeline,
    ),
)
test_dataloader = dict(
    batch_size=1,
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='mmcrack.DeepCrackDataset',
        data_root=data_root,
        data_prefix=dict(img_path='test_img', seg_map_path='test_lab'),
        test_mode=True,
        pipeline=test_pipeline,
    ),
)
val_dataloader = test_dataloader  # for the log alone: choose nothing by it
val_evaluator = dict(type='mmcrack.CrackMetric')
test_evaluator = val_evaluator
