# deepcrack_patches.py on patches of Crack500, cut by
#   python tools/dataset_converters/patches.py CRACK500 work_dirs/patches/crack500 \
#       --dataset crack500
_base_ = './deepcrack_patches.py'
patches = 'work_dirs/patches/crack500'
train_dataloader = dict(dataset=dict(data_root=f'{patches}/train'))
test_dataloader = dict(dataset=dict(data_root=f'{patches}/test'))
val_dataloader = dict(dataset=dict(data_root=f'{patches}/val'))
