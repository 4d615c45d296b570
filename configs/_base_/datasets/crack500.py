# Crack500, the published split: 1,896 crops to train, 348 to validate, 1,124 to test
data_root = '{{$MMCRACK_DATA:data}}/crack500'
train_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='mmcrack.LoadCrackAnnotations'),
    dict(type='RandomCrop', crop_size=(256, 256), ignore_index=-1),
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
        type='mmcrack.Crack500Dataset',
        data_root=data_root,
        data_prefix=dict(img_path='traincrop', seg_map_path='traincrop'),
        pipeline=train_pipeline,
    ),
)
val_dataloader = dict(
    batch_size=1,
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='mmcrack.Crack500Dataset',
        data_root=data_root,
        data_prefix=dict(img_path='valcrop', seg_map_path='valcrop'),
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
        type='mmcrack.Crack500Dataset',
        data_root=data_root,
        data_prefix=dict(img_path='testcrop', seg_map_path='testcrop'),
        test_mode=True,
        pipeline=test_pipeline,
    ),
)
val_evaluator = dict(type='mmcrack.CrackMetric')
test_evaluator = val_evaluator
