# DeepCrack, the CoGenSAM paper's sizes (100/100/337 of all 537), seed 1
_base_ = './deepcrack_100_100_337.py'
split_dir = '{{fileDirname}}/splits/deepcrack_100_100_337_seed1'
train_dataloader = dict(dataset=dict(ann_file=f'{split_dir}/train.txt'))
val_dataloader = dict(dataset=dict(ann_file=f'{split_dir}/val.txt'))
test_dataloader = dict(dataset=dict(ann_file=f'{split_dir}/test.txt'))
