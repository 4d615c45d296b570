# DeepCrack's 300 training photographs at 518×518, with soft labels from `labels`; tested on the 237
# test photographs at their own size
_base_ = '../../_base_/datasets/deepcrack.py'
image_size = (518, 518)
images = '{{$MMCRACK_DATA:data}}/deepcrack/train_img'
labels = 'work_dirs/pseudo_labels/deepcrack_photographs'
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
        unpaired='skip',
        pipeline=train_pipeline,
    ),
)
val_dataloader = dict(dataset=dict(pipeline=test_pipeline))
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))
