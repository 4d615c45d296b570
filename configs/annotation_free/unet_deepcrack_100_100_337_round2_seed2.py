# Round 2 on the CoGenSAM paper's 100/100/337 split of DeepCrack, seed 2
_base_ = './unet_deepcrack_100_100_337_round2.py'
splits = '{{fileDirname}}/../_base_/datasets/splits/deepcrack_100_100_337_seed2'
load_from = 'work_dirs/unet_deepcrack_100_100_337_round1_seed2/iter_3000.pth'
prerequisites = [
    *_base_.prerequisites[:-1],
    dict(
        train='configs/annotation_free/unet_deepcrack_100_100_337_round1_seed2.py',
        checkpoint=load_from,
    ),
]
train_dataloader = _base_.train_dataloader
train_dataloader.dataset.datasets[0].dataset.ann_file = f'{splits}/train.txt'
test_dataloader = dict(dataset=dict(ann_file=f'{splits}/test.txt'))
randomness = dict(seed=2)
