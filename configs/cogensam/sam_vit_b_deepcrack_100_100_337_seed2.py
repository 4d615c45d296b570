# CoGenSAM on the paper's 100/100/337 split of DeepCrack, seed 2
_base_ = './sam_vit_b_deepcrack_100_100_337.py'
splits = '{{fileDirname}}/../_base_/datasets/splits/deepcrack_100_100_337_seed2'
train_dataloader = dict(dataset=dict(ann_file=f'{splits}/train.txt'))
test_dataloader = dict(dataset=dict(ann_file=f'{splits}/test.txt'))
randomness = dict(seed=2)
