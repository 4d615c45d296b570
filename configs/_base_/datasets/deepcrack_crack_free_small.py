# deepcrack_crack_free.py with patches of 192×192, six times as many:
#   python tools/dataset_converters/patches.py DEEPCRACK work_dirs/patches/deepcrack_192 \
#       --dataset deepcrack --size 192 --only Negative
_base_ = './deepcrack_crack_free.py'
patches = 'work_dirs/patches/deepcrack_192/train'
train_dataloader = dict(batch_size=4, dataset=dict(data_root=patches))
calibration_dataloader = dict(dataset=dict(data_root=patches))
