# CrackCLIP on random frozen weights, for two CPU cores: DeepCrack's 300 training photographs with
# the labels of ten lines of OpenCV. No mask is used.
_base_ = [
    '../_base_/models/open_clip_tiny.py',
    '../_base_/datasets/deepcrack.py',
    './_base_/schedule_3e.py',
    '../_base_/default_runtime.py',
]
images = '{{$MMCRACK_DATA:data}}/deepcrack/train_img'
labels = 'work_dirs/pseudo_labels/deepcrack_opencv'
prerequisites = [dict(label='configs/opencv_baseline/labels.py', images=images, out=labels)]
image_size = (320, 320)
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
train_dataloader = dict(
    persistent_workers=False,  # EpochSeedHook seeds the workers of each epoch
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        data_root=None,
        data_prefix=dict(img_path=images, seg_map_path=labels),
        pipeline=train_pipeline,
    ),
)
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))
val_dataloader = dict(dataset=dict(pipeline=test_pipeline))
# every image is the same in each epoch, so its features are computed once
model = dict(backbone=dict(cache=dict(folder='work_dirs/clip_features', max_gb=2)))
train_cfg = dict(max_epochs=6, val_interval=6)
custom_hooks = [
    dict(type='mmcrack.SoftLabelLogHook'),
    dict(type='mmcrack.ParameterCountHook'),
    dict(type='mmcrack.EpochSeedHook'),  # a resumed run equals the uninterrupted one
]
