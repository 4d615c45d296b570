_base_ = [
    '../_base_/models/sam_vit_b.py',
    '../_base_/datasets/deepcrack_1024.py',
    '../_base_/schedules/adam_20e.py',
    '../_base_/default_runtime.py',
]
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
