# Crack patches in Positive and Negative folders (CRACK2019, brickwork), split 3:1:1, as IGMSDA
# trains on them: 224×224, horizontal flips. SDNET2018: layout='sdnet2018'; NPP2021:
# layout='folders', classes=('none', 'crack', 'scratch').
data_root = '{{$MMCRACK_DATA:data}}/brickwork'
layout = 'positive_negative'
data_preprocessor = dict(
    num_classes=2,
    mean=[123.675, 116.28, 103.53],
    std=[58.395, 57.12, 57.375],
    to_rgb=True,
)
train_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='Resize', scale=(224, 224)),
    dict(type='RandomFlip', prob=0.5, direction='horizontal'),
    dict(type='PackInputs'),
]
test_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='Resize', scale=(224, 224)),
    dict(type='PackInputs'),
]
train_dataloader = dict(
    batch_size=64,
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        type='mmcrack.CrackPatchDataset',
        data_root=data_root,
        layout=layout,
        split='train',
        pipeline=train_pipeline,
    ),
)
val_dataloader = dict(
    batch_size=64,
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='mmcrack.CrackPatchDataset',
        data_root=data_root,
        layout=layout,
        split='val',
        pipeline=test_pipeline,
    ),
)
test_dataloader = dict(
    batch_size=64,
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='mmcrack.CrackPatchDataset',
        data_root=data_root,
        layout=layout,
        split='test',
        pipeline=test_pipeline,
    ),
)
val_evaluator = [
    dict(type='Accuracy', topk=(1,)),
    dict(type='SingleLabelMetric', items=('precision', 'recall', 'f1-score')),
]
test_evaluator = val_evaluator
