# Crack500's 1,896 training photographs at 518×518, with soft labels from `labels` without those
# that the labeller dropped; tested on the 1,124 test photographs at their own size. The paper names
# no augmentation, and there is none.
_base_ = '../../_base_/datasets/crack500.py'
image_size = (518, 518)
images = '{{$MMCRACK_DATA:data}}/crack500/traincrop'
labels = 'work_dirs/pseudo_labels/crackclip_crack500'
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
    batch_size=8,
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
