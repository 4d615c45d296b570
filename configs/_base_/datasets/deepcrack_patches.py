# Patches of 128×128 with yes/no labels, which
#   python tools/dataset_converters/patches.py DEEPCRACK work_dirs/patches/deepcrack \
#       --dataset deepcrack
# cuts from DeepCrack's photographs: those of the 300 to train, those of the 237 to test.
# Augmentation as in GPLL: eight flips and quarter turns, color jitter, noise.
patches = 'work_dirs/patches/deepcrack'
data_preprocessor = dict(
    num_classes=2,
    mean=[123.675, 116.28, 103.53],
    std=[58.395, 57.12, 57.375],
    to_rgb=True,
)
color_jitter = dict(type='ColorJitter', brightness=0.2, contrast=0.2, saturation=0.2, hue=0.2)
train_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='mmcrack.RandomFlipRotate90'),
    dict(type='RandomApply', transforms=color_jitter, prob=0.75),
    dict(
        type='RandomChoice',
        transforms=[
            [dict(type='mmcrack.RandomGaussianNoise', max_std=2.55)],
            [dict(type='mmcrack.RandomMultiplicativeNoise', multiplier=(0.75, 1.25))],
        ],
    ),
    dict(type='PackInputs'),
]
test_pipeline = [dict(type='LoadImageFromFile'), dict(type='PackInputs')]
train_dataloader = dict(
    batch_size=16,
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        type='mmcrack.CrackPatchDataset',
        data_root=f'{patches}/train',
        split='all',
        pipeline=train_pipeline,
    ),
)
test_dataloader = dict(
    batch_size=64,
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='mmcrack.CrackPatchDataset',
        data_root=f'{patches}/test',
        split='all',
        pipeline=test_pipeline,
    ),
)
val_dataloader = test_dataloader  # for the log alone: choose nothing by it
val_evaluator = [
    dict(type='Accuracy', topk=(1,)),
    dict(type='SingleLabelMetric', items=('precision', 'recall', 'f1-score'), average=None),
]
test_evaluator = val_evaluator
