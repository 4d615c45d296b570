# The rival: a U-Net from random weights by cross entropy, on 100 of DeepCrack's 300 training
# photographs, tested on the 237; another seed draws other photographs.
#   python tools/analysis_tools/seed_table.py configs/igmsda/unet_*.py --seeds 0 1 2
_base_ = [
    '../_base_/models/unet_small.py',
    '../_base_/datasets/deepcrack.py',
    '../_base_/schedules/adamw_4k.py',
    '../_base_/default_runtime.py',
]
splits = '{{fileDirname}}/../_base_/datasets/splits/igmsda_deepcrack_100'
seed_options = [
    'randomness.seed={seed}',
    f'train_dataloader.dataset.ann_file={splits}_seed{{seed}}/train.txt',
]
crop_size = (192, 192)
train_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='mmcrack.LoadCrackAnnotations'),
    dict(type='RandomCrop', crop_size=crop_size, ignore_index=-1),
    dict(type='RandomFlip', prob=0.5, direction=['horizontal', 'vertical']),
    dict(type='PhotoMetricDistortion'),
    dict(type='mmcrack.HardenLabels'),
    dict(type='mmcrack.PackCrackInputs'),
]
train_dataloader = dict(
    batch_size=4,
    dataset=dict(
        ann_file=f'{splits}_seed0/train.txt',
        data_prefix=dict(img_path='', seg_map_path=''),
        pipeline=train_pipeline,
    ),
)
model = dict(
    data_preprocessor=dict(seg_pad_val=255),
    decode_head=dict(
        out_channels=2,
        threshold=None,
        ignore_index=255,
        loss_decode=dict(_delete_=True, type='CrossEntropyLoss', use_sigmoid=False),
    ),
)
train_cfg = dict(max_iters=600, val_interval=600)
