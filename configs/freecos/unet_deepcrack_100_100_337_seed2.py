# FreeCOS on the CoGenSAM paper's 100/100/337 split of DeepCrack, seed 2
_base_ = './unet_deepcrack_100_100_337.py'
splits = '{{fileDirname}}/../_base_/datasets/splits/deepcrack_100_100_337_seed2'
photographs = {**_base_.photographs, 'ann_file': f'{splits}/train.txt'}
synthetic = {**_base_.synthetic, **photographs}
real = {**_base_.real, **photographs}
train_dataloader = dict(
    dataset=dict(
        datasets=[
            dict(type='RepeatDataset', dataset=synthetic, times=100, lazy_init=True),
            dict(type='RepeatDataset', dataset=real, times=100, lazy_init=True),
        ],
    ),
)
test_dataloader = dict(dataset=dict(ann_file=f'{splits}/test.txt'))
randomness = dict(seed=2)
