# Round 1 on the CoGenSAM paper's 100/100/337 split of DeepCrack, seed 2
_base_ = './unet_deepcrack_100_100_337_round1.py'
splits = '{{fileDirname}}/../_base_/datasets/splits/deepcrack_100_100_337_seed2'
photographs = dict(ann_file=f'{splits}/train.txt')
train_dataloader = dict(
    dataset=dict(
        datasets=[
            dict(
                type='RepeatDataset',
                dataset={**_base_.photographs, **photographs},
                times=300,
                lazy_init=True,
            ),
            _base_.synthetic,
        ],
    ),
)
test_dataloader = dict(dataset=dict(ann_file=f'{splits}/test.txt'))
randomness = dict(seed=2)
