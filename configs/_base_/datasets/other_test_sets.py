# What a segmenter is tested on besides its own data set: test_dataloader = _base_.cfd_test, …
plain_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='mmcrack.LoadCrackAnnotations'),
    dict(type='mmcrack.PackCrackInputs'),
]
cfd_test = dict(
    batch_size=1,
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='mmcrack.CFDDataset',
        data_root='{{$MMCRACK_DATA:data}}/cfd',
        data_prefix=dict(img_path='image', seg_map_path='groundTruth'),
        exclude=('042',),  # its mask is wrong
        unpaired='skip',  # the published folder has photographs without a mask
        test_mode=True,
        pipeline=plain_pipeline,
    ),
)
ael_test = dict(
    batch_size=1,
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='mmcrack.AELDataset',
        data_root='{{$MMCRACK_DATA:data}}/ael',
        data_prefix=dict(img_path='TITS/IMAGES', seg_map_path='TITS/GROUND_TRUTH'),
        test_mode=True,
        pipeline=[
            dict(type='LoadImageFromFile'),
            dict(type='mmcrack.LoadCrackAnnotations', invert=True),
            dict(type='mmcrack.PackCrackInputs'),
        ],
    ),
)
deepcrack_parts = [  # all 537 photographs
    dict(
        type='mmcrack.DeepCrackDataset',
        data_root='{{$MMCRACK_DATA:data}}/deepcrack',
        data_prefix=dict(img_path=f'{part}_img', seg_map_path=f'{part}_lab'),
        test_mode=True,
        lazy_init=True,
        pipeline=plain_pipeline,
    )
    for part in ('train', 'test')
]
deepcrack_test = dict(
    batch_size=1,
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(type='ConcatDataset', datasets=deepcrack_parts),
)
