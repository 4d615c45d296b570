# Patches without a crack of DeepCrack's 300 training photographs, by yes/no labels alone, which
#   python tools/dataset_converters/patches.py DEEPCRACK work_dirs/patches/deepcrack_256 \
#       --dataset deepcrack --size 256 --stride 32 --only Negative
# cuts. Those of a tenth of the photographs are held out to calibrate. Tested on the true masks.
_base_ = './deepcrack.py'
patches = 'work_dirs/patches/deepcrack_256/train'
crack_free_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='mmcrack.RandomFlipRotate90'),
    dict(type='mmcrack.PackCrackInputs'),
]
train_dataloader = dict(
    dataset=dict(
        _delete_=True,
        type='mmcrack.CrackFreePatchDataset',
        data_root=patches,
        split='train',
        pipeline=crack_free_pipeline,
    )
)
calibration_dataloader = dict(
    batch_size=1,
    num_workers=0,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='mmcrack.CrackFreePatchDataset',
        data_root=patches,
        split='val',
        test_mode=True,
        pipeline=[dict(type='LoadImageFromFile'), dict(type='mmcrack.PackCrackInputs')],
    ),
)
