# DeepCrack's official split, images resized to 1024×1024 as for SAM; tested at their own size
_base_ = './deepcrack.py'
image_size = (1024, 1024)
train_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='mmcrack.LoadCrackAnnotations'),
    dict(type='Resize', scale=image_size, keep_ratio=False),
    dict(type='RandomFlip', prob=0.5, direction=['horizontal', 'vertical']),
    dict(type='PhotoMetricDistortion'),
    dict(type='mmcrack.PackCrackInputs'),
]
test_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='Resize', scale=image_size, keep_ratio=False),
    dict(type='mmcrack.LoadCrackAnnotations'),  # after the resizing: the mask keeps its size
    dict(type='mmcrack.PackCrackInputs'),
]
train_dataloader = dict(
    batch_size=4,
    persistent_workers=False,  # EpochSeedHook seeds the workers of each epoch
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(pipeline=train_pipeline),
)
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))
val_dataloader = dict(dataset=dict(pipeline=test_pipeline))
