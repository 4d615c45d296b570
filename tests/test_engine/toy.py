"""A tiny segmentation job on a few drawn images, made of mmseg's own parts."""

from pathlib import Path

import cv2
import numpy as np

CONFIGS = Path(__file__).resolve().parents[2] / 'configs'

_CONFIG = """
_base_ = [
    '{configs}/_base_/default_runtime.py',
    '{configs}/_base_/schedules/adam_20e.py',
]
pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='LoadAnnotations'),
    dict(type='PackSegInputs'),
]
dataset = dict(
    type='BaseSegDataset',
    data_root={root!r},
    data_prefix=dict(img_path='images', seg_map_path='masks'),
    img_suffix='.png',
    metainfo=dict(classes=('background', 'crack')),
    pipeline=pipeline,
)
train_dataloader = dict(
    batch_size=2, num_workers=0, sampler=dict(type='DefaultSampler', shuffle=True), dataset=dataset
)
val_dataloader = dict(
    batch_size=1, num_workers=0, sampler=dict(type='DefaultSampler', shuffle=False), dataset=dataset
)
test_dataloader = val_dataloader
val_evaluator = dict(type='IoUMetric')
test_evaluator = val_evaluator
model = dict(
    type='EncoderDecoder',
    data_preprocessor=dict(type='SegDataPreProcessor', size=(32, 32), seg_pad_val=255),
    backbone=dict(
        type='UNet',
        base_channels=4,
        num_stages=2,
        strides=(1, 1),
        enc_num_convs=(1, 1),
        dec_num_convs=(1,),
        downsamples=(True,),
        enc_dilations=(1, 1),
        dec_dilations=(1,),
        norm_cfg=dict(type='{norm}'),
    ),
    decode_head=dict(
        type='FCNHead', in_channels=4, in_index=1, channels=4, num_convs=0, concat_input=False,
        num_classes=2, dropout_ratio=0.0, loss_decode=dict(type='CrossEntropyLoss'),
    ),
    test_cfg=dict(mode='whole'),
)
train_cfg = dict(max_epochs=2)
env_cfg = dict(cudnn_benchmark=False)
"""


def draw_images(root: Path, count: int = 5, size: int = 32) -> None:
    """Write ``count`` pairs of an image with a bright diagonal line and its 0/1 mask."""
    for name in ('images', 'masks'):
        (root / name).mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(0)
    for index in range(count):
        mask = np.zeros((size, size), np.uint8)
        start, end = rng.integers(0, size, (2, 2)).tolist()
        cv2.line(mask, start, end, 1, 2)
        noise = rng.integers(0, 60, (size, size, 3), dtype=np.uint8)
        cv2.imwrite(str(root / 'images' / f'{index}.png'), noise + 150 * mask[..., None])
        cv2.imwrite(str(root / 'masks' / f'{index}.png'), mask)


def write_config(folder: Path, name: str = 'toy.py', *, norm: str = 'BN', extra: str = '') -> Path:
    """Write the images and a config of the tiny job; ``extra`` is appended to it."""
    draw_images(folder / 'data')
    path = folder / name
    text = _CONFIG.format(configs=str(CONFIGS), root=str(folder / 'data'), norm=norm)
    path.write_text(text + extra)
    return path
