# Semi-supervised: gpll_unet_deepcrack_small.py with labels for CFD's photographs besides, which
# the classifier has not seen. Other photographs of yours: name their folder in `more`.
_base_ = './gpll_unet_deepcrack_small.py'
data = '{{$MMCRACK_DATA:data}}'
labels = 'work_dirs/pseudo_labels/gpll_deepcrack_small'
more = f'{data}/cfd/image'
more_labels = 'work_dirs/pseudo_labels/gpll_cfd_small'
prerequisites = [
    dict(label='configs/gpll/labels_small.py', images=f'{data}/deepcrack/train_img', out=labels),
    dict(label='configs/gpll/labels_small.py', images=more, out=more_labels),
]
train_dataloader = dict(
    dataset=dict(
        _delete_=True,
        type='ConcatDataset',
        datasets=[
            dict(
                type='mmcrack.CrackDataset',
                data_prefix=dict(img_path=images, seg_map_path=seg_maps),
                unpaired='skip',
                lazy_init=True,
                pipeline={{_base_.train_pipeline}},
            )
            for images, seg_maps in (
                (f'{data}/deepcrack/train_img', labels),
                (more, more_labels),
            )
        ],
    ),
)
