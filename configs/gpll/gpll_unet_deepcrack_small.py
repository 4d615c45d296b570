# A U-Net student from scratch, for two CPU cores, on GPLL's labels of DeepCrack's 300 training
# photographs; all else as configs/cogensam/unet_deepcrack_masks_small.py, which has true masks
_base_ = [
    '../_base_/models/unet_small.py',
    '../_base_/datasets/deepcrack.py',
    '../_base_/schedules/adamw_4k.py',
    '../_base_/default_runtime.py',
]
images = '{{$MMCRACK_DATA:data}}/deepcrack/train_img'
labels = 'work_dirs/pseudo_labels/gpll_deepcrack_small'
prerequisites = [dict(label='configs/gpll/labels_small.py', images=images, out=labels)]
train_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='mmcrack.LoadCrackAnnotations', soft=True),
    dict(type='RandomCrop', crop_size=(192, 192), ignore_index=-1),
    dict(type='RandomFlip', prob=0.5, direction=['horizontal', 'vertical']),
    dict(type='PhotoMetricDistortion'),
    dict(type='mmcrack.PackCrackInputs'),
]
train_dataloader = dict(
    batch_size=4,
    dataset=dict(
        data_root=None,
        data_prefix=dict(img_path=images, seg_map_path=labels),
        unpaired='skip',
        pipeline=train_pipeline,
    ),
)
train_cfg = dict(max_iters=800, val_interval=800)
