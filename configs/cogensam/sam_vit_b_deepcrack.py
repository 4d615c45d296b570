# CoGenSAM on DeepCrack's official split: SAM ViT-B fine-tuned on labels that no one drew.
# The labels (and, for them, stages I and II) are made first where they are missing.
_base_ = [
    '../_base_/models/sam_vit_b.py',
    '../_base_/datasets/deepcrack_1024.py',
    '../_base_/schedules/adam_20e.py',
    '../_base_/default_runtime.py',
]
images = '{{$MMCRACK_DATA:data}}/deepcrack/train_img'
labels = 'work_dirs/pseudo_labels/deepcrack'
prerequisites = [dict(label='configs/cogensam/labels.py', images=images, out=labels)]
train_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='mmcrack.LoadCrackAnnotations', soft=True),
    dict(type='Resize', scale=(1024, 1024), keep_ratio=False),
    dict(type='RandomFlip', prob=0.5, direction=['horizontal', 'vertical']),
    dict(type='PhotoMetricDistortion'),
    dict(type='mmcrack.PackCrackInputs'),
]
train_dataloader = dict(
    dataset=dict(
        data_root=None,
        data_prefix=dict(img_path=images, seg_map_path=labels),
        pipeline=train_pipeline,
    )
)
custom_hooks = [
    dict(type='mmcrack.SoftLabelLogHook'),
    dict(type='mmcrack.ParameterCountHook'),
    dict(type='mmcrack.StepSeedHook'),  # a resumed run equals the uninterrupted one
]
