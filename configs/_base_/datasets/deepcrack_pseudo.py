# DeepCrack's training photographs with soft labels made without masks; tested on the true masks.
# label_dir is what tools/generate_pseudo_labels.py wrote for train_img, relative to the working
# directory.
_base_ = './deepcrack.py'
data_root = '{{$MMCRACK_DATA:data}}/deepcrack'
label_dir = 'work_dirs/pseudo_labels/deepcrack'
train_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='mmcrack.LoadCrackAnnotations', soft=True),
    dict(type='RandomCrop', crop_size=(256, 256), ignore_index=-1),
    dict(type='RandomFlip', prob=0.5, direction=['horizontal', 'vertical']),
    dict(type='PhotoMetricDistortion'),
    dict(type='mmcrack.PackCrackInputs'),
]
train_dataloader = dict(
    dataset=dict(
        _delete_=True,
        type='mmcrack.DeepCrackDataset',
        data_prefix=dict(img_path=data_root + '/train_img', seg_map_path=label_dir),
        pipeline=train_pipeline,
    )
)
