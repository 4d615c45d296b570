# FreeCOS for two CPU cores: a U-Net of 1.9 M parameters, 600 steps of four crops of each kind
_base_ = './unet_deepcrack.py'
model = dict(
    backbone=dict(backbone=dict(base_channels=16)),
    decode_head=dict(in_channels=16, channels=16),
    contrast=dict(in_channels=16, channels=16),
    adversary=dict(channels=16),
)
load_crop = [
    dict(type='LoadImageFromFile'),
    dict(type='RandomCrop', crop_size=(192, 192), ignore_index=-1),
    dict(type='mmcrack.RandomFlipRotate90'),
]
synthetic = {
    **_base_.photographs,
    'pipeline': [*load_crop, _base_.fractals, *_base_.augment_pack],
}
real = {
    **_base_.photographs,
    'pipeline': [*load_crop, dict(type='mmcrack.WithoutLabel'), *_base_.augment_pack],
}
train_dataloader = dict(
    batch_size=8,
    dataset=dict(
        datasets=[
            dict(type='RepeatDataset', dataset=synthetic, times=100, lazy_init=True),
            dict(type='RepeatDataset', dataset=real, times=100, lazy_init=True),
        ],
    ),
)
train_cfg = dict(max_iters=600, val_interval=600)
zoo = dict(note='reduced: 1.9 M parameters, 600 steps of 4 + 4 crops of 192×192')
