# Crack500 as GPLL's segmenters see it: whole photographs, eight flips and turns, color jitter,
# noise; soft labels from `labels` without those that the labeller dropped
_base_ = './crack500.py'
images = '{{$MMCRACK_DATA:data}}/crack500/traincrop'
labels = 'work_dirs/pseudo_labels/gpll_crack500'
color_jitter = dict(
    type='mmpretrain.ColorJitter', brightness=0.2, contrast=0.2, saturation=0.2, hue=0.2
)
train_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='mmcrack.LoadCrackAnnotations', soft=True),
    dict(type='mmcrack.RandomFlipRotate90'),
    dict(type='RandomApply', transforms=color_jitter, prob=0.75),
    dict(
        type='RandomChoice',
        transforms=[
            [dict(type='mmcrack.RandomGaussianNoise', max_std=2.55)],
            [dict(type='mmcrack.RandomMultiplicativeNoise', multiplier=(0.75, 1.25))],
        ],
    ),
    dict(type='mmcrack.PackCrackInputs'),
]
train_dataloader = dict(
    batch_size=4,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        data_root=None,
        data_prefix=dict(img_path=images, seg_map_path=labels),
        unpaired='skip',
        pipeline=train_pipeline,
    ),
)
