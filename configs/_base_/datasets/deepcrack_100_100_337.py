# DeepCrack, the CoGenSAM paper's sizes (100/100/337 of all 537), seed 0. The lists were written by
# tools/dataset_converters/make_splits.py; the paper does not publish its own.
_base_ = './deepcrack.py'
split_dir = '{{fileDirname}}/splits/deepcrack_100_100_337_seed0'
both_parts = dict(img_path='', seg_map_path='')
train_dataloader = dict(dataset=dict(ann_file=f'{split_dir}/train.txt', data_prefix=both_parts))
val_dataloader = dict(dataset=dict(ann_file=f'{split_dir}/val.txt', data_prefix=both_parts))
test_dataloader = dict(dataset=dict(ann_file=f'{split_dir}/test.txt', data_prefix=both_parts))
