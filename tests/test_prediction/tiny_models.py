"""Segmentors with random weights, and photographs for them."""

from pathlib import Path

import cv2
import numpy as np
import torch
from mmengine.config import Config

from mmcrack.prediction import load_predictor

_CONFIG = """
default_scope = 'mmseg'
custom_imports = dict(imports=['mmcrack'], allow_failed_imports=False)
model = dict(
    type='EncoderDecoder',
    data_preprocessor=dict(
        type='SegDataPreProcessor', mean=[120.0] * 3, std=[60.0] * 3, bgr_to_rgb=True,
        size_divisor=16, test_cfg=dict(size_divisor=16),
    ),
    backbone=dict(
        type='UNet', base_channels=4, num_stages=3, strides=(1, 1, 1), enc_num_convs=(1, 1, 1),
        dec_num_convs=(1, 1), downsamples=(True, True), enc_dilations=(1, 1, 1),
        dec_dilations=(1, 1), norm_cfg=dict(type='SyncBN'),
    ),
    decode_head=dict(
        type='FCNHead', in_channels=4, in_index=2, channels=4, num_convs=0, concat_input=False,
        num_classes=2, out_channels={channels}, threshold={threshold}, dropout_ratio=0.0,
        loss_decode=dict(type='mmcrack.SoftBCELoss'),
    ),
    test_cfg=dict(mode='whole'),
)
test_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='mmcrack.LoadCrackAnnotations'),
    dict(type='mmcrack.PackCrackInputs'),
]
{extra}
test_dataloader = dict(
    batch_size=1, num_workers=0, sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='mmcrack.CrackDataset', data_prefix=dict(img_path='photos', seg_map_path='masks'),
        test_mode=True, pipeline=test_pipeline,
    ),
)
test_cfg = dict()
test_evaluator = dict(type='mmcrack.CrackMetric')
visualizer = dict(type='SegLocalVisualizer')
"""


def write(folder: Path, extra: str = '', *, channels: int = 1, threshold: float = 0.4):
    """Write ``config.py`` and ``model.pth`` into a folder; returns both paths as text."""
    config = folder / 'config.py'
    config.write_text(_CONFIG.format(extra=extra, channels=channels, threshold=threshold))
    from mmengine.registry import MODELS, DefaultScope
    from mmseg import models  # noqa: F401

    torch.manual_seed(0)
    with DefaultScope.overwrite_default_scope('mmseg'):
        model = MODELS.build(Config.fromfile(config).model)
    torch.nn.init.normal_(model.decode_head.conv_seg.weight, std=3)  # maps from 0 to 1
    meta = dict(dataset_meta=dict(classes=('background', 'crack'), palette=[[0] * 3, [255] * 3]))
    torch.save(dict(state_dict=model.state_dict(), meta=meta), folder / 'model.pth')
    return str(config), str(folder / 'model.pth')


def predictor(files, **options):
    config, checkpoint = files
    return load_predictor(Config.fromfile(config), checkpoint, device='cpu', **options)


def photograph(height: int, width: int, seed: int = 0) -> np.ndarray:
    """BGR: gray texture, crossed by a dark crack from corner to corner."""
    rng = np.random.default_rng(seed)
    image = rng.integers(100, 200, (height, width, 3), dtype=np.uint8)
    cv2.line(image, (0, 0), (width - 1, height - 1), (30, 30, 30), 5)
    return image
