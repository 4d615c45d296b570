# Round 1 of the pretrained student on the CoGenSAM paper's 100/100/337 split of DeepCrack, seed 1
_base_ = './effnet_deepcrack_100_100_337_round1.py'
splits = '{{fileDirname}}/../_base_/datasets/splits/deepcrack_100_100_337_seed1'
train_dataloader = _base_.train_dataloader
train_dataloader.dataset.datasets[0].dataset.ann_file = f'{splits}/train.txt'
test_dataloader = dict(dataset=dict(ann_file=f'{splits}/test.txt'))
randomness = dict(seed=1)
