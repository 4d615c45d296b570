# The rival of round 2: the same student, as many steps as its two rounds, on the 300 true masks
_base_ = './effnet_deepcrack_round1.py'
prerequisites = []
train_cfg = dict(max_iters=1800, val_interval=1800)
train_dataloader = dict(
    dataset=dict(
        _delete_=True,
        type='RepeatDataset',
        times=100,
        lazy_init=True,
        dataset={
            **_base_.photographs,
            'data_prefix': dict(
                img_path=_base_.images, seg_map_path='{{$MMCRACK_DATA:data}}/deepcrack/train_lab'
            ),
            'unpaired': 'error',
            'pipeline': [
                dict(type='LoadImageFromFile'),
                dict(type='mmcrack.LoadCrackAnnotations', soft=True),
                _base_.sizes,
                _base_.crop,
                dict(type='mmcrack.RandomFlipRotate90'),
                *_base_.camera,
            ],
        },
    ),
)
