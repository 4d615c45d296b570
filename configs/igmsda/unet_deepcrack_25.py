_base_ = './unet_deepcrack_100.py'
splits = '{{fileDirname}}/../_base_/datasets/splits/igmsda_deepcrack_25'
seed_options = [
    'randomness.seed={seed}',
    f'train_dataloader.dataset.ann_file={splits}_seed{{seed}}/train.txt',
]
train_dataloader = dict(dataset=dict(ann_file=f'{splits}_seed0/train.txt'))
