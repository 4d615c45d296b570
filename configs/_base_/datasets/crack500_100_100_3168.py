# Crack500, the CoGenSAM paper's sizes (100/100/3168 of all 3,368), seed 0. Make the lists first
# (the paper does not publish its own); other seeds by split_dir:
#   python tools/dataset_converters/make_splits.py data/crack500 \
#       data/crack500/splits/100_100_3168 --dataset crack500 --sizes 100 100 3168
_base_ = './crack500.py'
split_dir = 'splits/100_100_3168_seed0'  # below data_root
all_parts = dict(img_path='', seg_map_path='')
train_dataloader = dict(dataset=dict(ann_file=f'{split_dir}/train.txt', data_prefix=all_parts))
val_dataloader = dict(dataset=dict(ann_file=f'{split_dir}/val.txt', data_prefix=all_parts))
test_dataloader = dict(dataset=dict(ann_file=f'{split_dir}/test.txt', data_prefix=all_parts))
