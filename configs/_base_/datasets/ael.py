# AEL (AigleRN, ESAR, LCMS) as published, to test on: 58 photographs
data_root = '{{$MMCRACK_DATA:data}}/ael'
test_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='mmcrack.LoadCrackAnnotations', invert=True),  # black cracks on white
    dict(type='mmcrack.PackCrackInputs'),
]
test_dataloader = dict(
    batch_size=1,
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='mmcrack.AELDataset',
        data_root=data_root,
        data_prefix=dict(img_path='TITS/IMAGES', seg_map_path='TITS/GROUND_TRUTH'),
        test_mode=True,
        pipeline=test_pipeline,
    ),
)
test_evaluator = dict(type='mmcrack.CrackMetric')
test_cfg = dict(type='TestLoop')
