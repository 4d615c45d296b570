# Fractal crack masks (CoGenSAM, Eq. 1) as images and as labels: 10,000 an epoch
size = 288
train_pipeline = [dict(type='mmcrack.PackCrackInputs')]
val_pipeline = [dict(type='mmcrack.PackCrackInputs')]
train_dataloader = dict(
    batch_size=4,
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        type='mmcrack.FractalCrackDataset',
        length=10000,
        size=size,
        seed=0,
        pipeline=train_pipeline,
    ),
)
val_dataloader = dict(
    batch_size=1,
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='mmcrack.FractalCrackDataset',
        length=200,
        size=size,
        seed=1,
        test_mode=True,
        pipeline=val_pipeline,
    ),
)
test_dataloader = val_dataloader
val_evaluator = dict(type='mmcrack.CrackMetric')
test_evaluator = val_evaluator
