# DeepCrack's 300 photographs, 71 of CFD and 38 of AEL with GPLL's labels; tested on the others
# (GPLL, Table VI); combined_patches.py says how the lists are made
_base_ = './crack500_gpll.py'
data = '{{$MMCRACK_DATA:data}}'
labels = 'work_dirs/pseudo_labels/gpll_combined'
lists = 'work_dirs/splits'
labeller = 'configs/gpll/labels_combined.py'
prerequisites = [
    dict(label=labeller, images=f'{data}/deepcrack/train_img', out=f'{labels}/deepcrack'),
    dict(label=labeller, images=f'{data}/cfd/image', out=f'{labels}/cfd/image'),
    dict(
        label=labeller,
        images=f'{data}/ael/TITS/IMAGES',
        out=f'{labels}/ael/IMAGES',
        recursive=True,
    ),
]
train_parts = [
    dict(
        type='mmcrack.DeepCrackDataset',
        data_prefix=dict(
            img_path=f'{data}/deepcrack/train_img', seg_map_path=f'{labels}/deepcrack'
        ),
    ),
    dict(
        type='mmcrack.CFDDataset',
        data_prefix=dict(img_path=f'{data}/cfd', seg_map_path=f'{labels}/cfd'),
        ann_file=f'{lists}/cfd_seed1/train.txt',
        listed_masks=False,
    ),
    dict(
        type='mmcrack.AELDataset',
        data_prefix=dict(img_path=f'{data}/ael/TITS', seg_map_path=f'{labels}/ael'),
        ann_file=f'{lists}/ael_seed1/train.txt',
        listed_masks=False,
    ),
]
common = dict(unpaired='skip', lazy_init=True, pipeline={{_base_.train_pipeline}})
train_dataloader = dict(
    dataset=dict(
        _delete_=True,
        type='ConcatDataset',
        datasets=[dict(**part, **common) for part in train_parts],
    ),
)
plain_pipeline = {{_base_.test_pipeline}}
test_parts = [
    dict(
        type='mmcrack.DeepCrackDataset',
        data_root=f'{data}/deepcrack',
        data_prefix=dict(img_path='test_img', seg_map_path='test_lab'),
        pipeline=plain_pipeline,
    ),
    dict(
        type='mmcrack.CFDDataset',
        data_prefix=dict(img_path=f'{data}/cfd', seg_map_path=f'{data}/cfd'),
        ann_file=f'{lists}/cfd_seed1/test.txt',
        exclude=('042',),  # its mask is wrong
        pipeline=plain_pipeline,
    ),
    dict(
        type='mmcrack.AELDataset',
        data_prefix=dict(img_path=f'{data}/ael/TITS', seg_map_path=f'{data}/ael/TITS'),
        ann_file=f'{lists}/ael_seed1/test.txt',
        pipeline=[
            dict(type='LoadImageFromFile'),
            dict(type='mmcrack.LoadCrackAnnotations', invert=True),
            dict(type='mmcrack.PackCrackInputs'),
        ],
    ),
]
test_dataset = dict(
    _delete_=True,
    type='ConcatDataset',
    datasets=[dict(**part, test_mode=True, lazy_init=True) for part in test_parts],
)
test_dataloader = dict(dataset=test_dataset)
val_dataloader = dict(dataset=test_dataset)  # for the log alone: choose nothing by it
