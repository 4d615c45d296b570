# What else the paper tests on, resized as in training:
#   test_dataloader = dict(_delete_=True, **_base_.cfd_test)
whole_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='Resize', scale=(518, 518), keep_ratio=False),
    dict(type='mmcrack.LoadCrackAnnotations'),
    dict(type='mmcrack.PackCrackInputs'),
]
cfd_test = dict(
    batch_size=1,
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='mmcrack.CFDDataset',  # all 118: this paper leaves none out
        data_root='{{$MMCRACK_DATA:data}}/cfd',
        data_prefix=dict(img_path='image', seg_map_path='groundTruth'),
        unpaired='skip',  # the published folder has photographs without a mask
        test_mode=True,
        pipeline=whole_pipeline,
    ),
)
deepcrack_parts = [  # all 537 photographs
    dict(
        type='mmcrack.DeepCrackDataset',
        data_root='{{$MMCRACK_DATA:data}}/deepcrack',
        data_prefix=dict(img_path=f'{part}_img', seg_map_path=f'{part}_lab'),
        test_mode=True,
        lazy_init=True,
        pipeline=whole_pipeline,
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
