# ViT-B/16 at 384×384 on Crack500, for a GPU of 8 GB
_base_ = [
    '../_base_/models/open_clip_vit_b_16.py',
    './_base_/crack500_518.py',
    './_base_/schedule_3e.py',
    '../_base_/default_runtime.py',
]
image_size = (384, 384)
train_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='mmcrack.LoadCrackAnnotations', soft=True),
    dict(type='Resize', scale=image_size, keep_ratio=False),
    dict(type='mmcrack.PackCrackInputs'),
]
test_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='Resize', scale=image_size, keep_ratio=False),
    dict(type='mmcrack.LoadCrackAnnotations'),  # after the resizing: the mask keeps its size
    dict(type='mmcrack.PackCrackInputs'),
]
train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
val_dataloader = dict(dataset=dict(pipeline=test_pipeline))
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))
images = '{{$MMCRACK_DATA:data}}/crack500/traincrop/*.jpg'
labels = 'work_dirs/pseudo_labels/crackclip_crack500'
prerequisites = [dict(label='configs/crackclip/labels_crack500.py', images=images, out=labels)]
model = dict(test_cfg=dict(erode=3))
custom_hooks = [
    dict(type='mmcrack.SoftLabelLogHook'),
    dict(type='mmcrack.ParameterCountHook'),
    dict(type='mmcrack.EpochSeedHook'),  # a resumed run equals the uninterrupted one
]
