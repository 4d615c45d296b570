# Validation without a true mask: synthetic photographs that no training draws
synthetic_val = dict(
    batch_size=1,
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='mmcrack.FractalCrackDataset',
        mode='photograph',
        length=60,
        size=(384, 544),
        seed=77,
        test_mode=True,
        pipeline=[dict(type='mmcrack.PackCrackInputs')],
    ),
)
