# The rival of rounds 1 and 2: the same student, as many steps, on DeepCrack's 300 true masks
_base_ = './unet_deepcrack_round1.py'
prerequisites = []
photographs = dict(
    data_prefix=dict(
        img_path=_base_.images, seg_map_path='{{$MMCRACK_DATA:data}}/deepcrack/train_lab'
    ),
    unpaired='error',
    pipeline=[
        dict(type='LoadImageFromFile'),
        dict(type='mmcrack.LoadCrackAnnotations', soft=True),
        dict(type='RandomResize', scale=(544, 384), ratio_range=(0.5, 1.5), keep_ratio=True),
        dict(type='RandomCrop', crop_size=_base_.crop_size, ignore_index=-1),
        dict(type='mmcrack.RandomFlipRotate90'),
        dict(type='PhotoMetricDistortion'),
        dict(type='mmcrack.RandomGaussianNoise', max_std=8),
        dict(type='mmcrack.PackCrackInputs'),
    ],
)
train_cfg = dict(max_iters=3750)
train_dataloader = dict(
    dataset=dict(
        _delete_=True,
        type='RepeatDataset',
        dataset={**_base_.photographs, **photographs},
        times=100,
        lazy_init=True,
    ),
)
