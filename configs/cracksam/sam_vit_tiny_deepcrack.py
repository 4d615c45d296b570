# The same training on a SAM of 1 M random weights at 256×256: minutes on two CPU cores
_base_ = [
    '../_base_/models/sam_vit_tiny.py',
    '../_base_/datasets/deepcrack_1024.py',
    '../_base_/schedules/adam_20e.py',
    '../_base_/default_runtime.py',
]
image_size = (256, 256)
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
    dict(type='mmcrack.LoadCrackAnnotations'),
    dict(type='mmcrack.PackCrackInputs'),
]
train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))
val_dataloader = dict(dataset=dict(pipeline=test_pipeline))
model = dict(
    decode_head=dict(
        loss_decode=[
            dict(type='mmcrack.SoftBCELoss', loss_weight=0.2),
            dict(type='mmcrack.SoftDiceLoss', loss_weight=0.8),
        ]
    )
)
custom_hooks = [
    dict(type='mmcrack.SoftLabelLogHook'),
    dict(type='mmcrack.ParameterCountHook'),
    dict(type='mmcrack.EpochSeedHook'),  # a resumed run equals the uninterrupted one
]
