# CFD as published, to test on: all photographs that have a mask. Where the papers leave out 042
# (its mask is wrong), add exclude=('042',).
data_root = '{{$MMCRACK_DATA:data}}/cfd'
test_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='mmcrack.LoadCrackAnnotations'),
    dict(type='mmcrack.PackCrackInputs'),
]
test_dataloader = dict(
    batch_size=1,
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='mmcrack.CFDDataset',
        data_root=data_root,
        data_prefix=dict(img_path='image', seg_map_path='groundTruth'),
        unpaired='skip',  # the published folder has photographs without a mask
        test_mode=True,
        pipeline=test_pipeline,
    ),
)
test_evaluator = dict(type='mmcrack.CrackMetric')
test_cfg = dict(type='TestLoop')
