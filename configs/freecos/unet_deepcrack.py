# FreeCOS at the paper's size: a U-Net of 31 M parameters on DeepCrack's 300 training photographs
# without their masks, half of each batch as they are, half as the tones of fractals. A thousand
# rounds of the photographs; for a GPU. Validated on synthetic photographs.
_base_ = [
    '../_base_/models/unet.py',
    '../_base_/datasets/deepcrack.py',
    '../_base_/datasets/synthetic_val.py',
    '../_base_/schedules/adamw_4k.py',
    '../_base_/default_runtime.py',
]
crop_size = (256, 256)
model = dict(
    type='mmcrack.FreeCOS',
    backbone=dict(
        _delete_=True,
        type='mmcrack.WithLocalIntensityOrder',
        backbone={**_base_.model.backbone, 'in_channels': 4},
    ),
    decode_head=dict(
        loss_decode=[
            dict(type='mmcrack.SoftDiceLoss'),
            # five times the cross entropy, in which background counts a tenth
            dict(type='mmcrack.SoftBCELoss', pos_weight=10, loss_weight=0.5),
        ]
    ),
    contrast=dict(
        type='mmcrack.PixelContrast',
        in_channels=64,
        channels=64,
        norm_cfg=dict(type='SyncBN', requires_grad=True),
    ),
    contrast_weight=0.04,
    adversary=dict(type='mmcrack.PredictionAdversary', channels=64),
)
fractals = dict(
    type='mmcrack.FourierAmplitudeExchange',
    beta=(0.3, 0.3),
    blur=(2.3, 2.3),
    noise=5,
    fractal=dict(width=(2.5, 30)),
)
load_crop = [
    dict(type='LoadImageFromFile'),
    dict(type='RandomCrop', crop_size=crop_size, ignore_index=-1),
    dict(type='mmcrack.RandomFlipRotate90'),
]
augment_pack = [dict(type='PhotoMetricDistortion'), dict(type='mmcrack.PackCrackInputs')]
photographs = dict(
    type='mmcrack.CrackDataset',
    data_prefix=dict(img_path='{{$MMCRACK_DATA:data}}/deepcrack/train_img'),
    lazy_init=True,
)
synthetic = dict(pipeline=[*load_crop, fractals, *augment_pack], **photographs)
real = dict(pipeline=[*load_crop, dict(type='mmcrack.WithoutLabel'), *augment_pack], **photographs)
train_dataloader = dict(
    batch_size=16,
    dataset=dict(
        _delete_=True,
        type='ConcatDataset',
        datasets=[
            dict(type='RepeatDataset', dataset=synthetic, times=100, lazy_init=True),
            dict(type='RepeatDataset', dataset=real, times=100, lazy_init=True),
        ],
    ),
)
val_dataloader = dict(_delete_=True, **_base_.synthetic_val)
train_cfg = dict(max_iters=37_500, val_interval=7_500)
custom_hooks = [
    dict(type='mmcrack.SoftLabelLogHook'),
    dict(type='mmcrack.StepSeedHook'),  # a resumed run equals the uninterrupted one
]
