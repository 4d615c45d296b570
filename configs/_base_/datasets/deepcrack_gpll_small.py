# DeepCrack's 300 training photographs with GPLL's labels by the small classifier, crops of 192×192
_base_ = './deepcrack.py'
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
