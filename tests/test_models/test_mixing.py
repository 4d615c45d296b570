"""Our heads on other backbones, our backbone below other heads, by config alone."""

import mmseg.models  # noqa: F401
import numpy as np
import pytest
import torch
from mmengine.config import Config, ConfigDict
from mmengine.registry import METRICS, MODELS, DefaultScope
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample

SIZE = 96
BN = dict(type='BN')
BACKBONES = {
    'resnet': (
        dict(type='ResNetV1c', depth=18, base_channels=8, stem_channels=8, norm_cfg=BN),
        dict(in_channels=32, in_index=2),
    ),
    'segformer-mit': (
        dict(
            type='MixVisionTransformer',
            embed_dims=8,
            num_layers=[1, 1, 1, 1],
            num_heads=[1, 1, 2, 4],
        ),
        dict(in_channels=16, in_index=2),
    ),
    'swin': (
        dict(
            type='SwinTransformer',
            embed_dims=8,
            depths=(1, 1, 1, 1),
            num_heads=(1, 1, 2, 4),
            window_size=3,
        ),
        dict(in_channels=32, in_index=2),
    ),
    'mmpretrain-convnext': (
        dict(
            type='mmpretrain.ConvNeXt',
            arch=dict(depths=[1, 1, 1, 1], channels=[8, 16, 24, 32]),
            out_indices=(0, 1, 2, 3),
            gap_before_final_norm=False,
        ),
        dict(in_channels=24, in_index=2),
    ),
}
ONE_LOGIT = dict(num_classes=2, out_channels=1, threshold=0.5, ignore_index=-1, align_corners=False)
HEADS = {
    'restorer': dict(
        type='mmcrack.VQVAERestorerHead',
        channels=4,
        embed_dim=16,
        decoder_channels=(8, 8, 8, 4),
        codebook=dict(size=16),
        loss_decode=dict(type='mmcrack.SoftMSELoss'),
    ),
    'sam-mask': dict(
        type='mmcrack.SAMMaskHead', channels=256, loss_decode=dict(type='mmcrack.MAELoss')
    ),
}
SAM = dict(
    type='mmcrack.SAMViT',
    arch=dict(
        embed_dim=24, depth=2, num_heads=2, global_attn_indexes=(1,), window_size=3, out_chans=16
    ),
    img_size=SIZE,
    lora=dict(rank=2),
)
MMSEG_HEADS = {
    'fcn': dict(type='FCNHead', in_channels=16, in_index=0, channels=8, num_convs=1, norm_cfg=BN),
    'aspp': dict(
        type='ASPPHead', in_channels=16, in_index=0, channels=8, dilations=(1, 2), norm_cfg=BN
    ),
    'segformer': dict(
        type='SegformerHead', in_channels=[16], in_index=[0], channels=8, norm_cfg=BN
    ),
}


def segmentor(backbone: dict, head: dict, **changes) -> torch.nn.Module:
    torch.manual_seed(0)
    config = dict(
        type='EncoderDecoder',
        data_preprocessor=dict(
            type='SegDataPreProcessor',
            mean=[127.5] * 3,
            std=[127.5] * 3,
            size_divisor=32,
            seg_pad_val=-1,
            test_cfg=dict(size_divisor=32),
        ),
        backbone=backbone,
        decode_head={**ONE_LOGIT, 'loss_decode': dict(type='mmcrack.MAELoss'), **head, **changes},
        test_cfg=dict(mode='whole'),
    )
    with DefaultScope.overwrite_default_scope('mmseg'):
        return MODELS.build(ConfigDict(config))


def photographs() -> dict:
    rng = np.random.default_rng(0)
    meta = dict(img_shape=(SIZE, SIZE), ori_shape=(SIZE, SIZE), img_path='a.png')
    samples = [
        SegDataSample(
            gt_sem_seg=PixelData(data=torch.from_numpy(rng.random((1, SIZE, SIZE)) > 0.9).float()),
            metainfo=meta,
        )
        for _ in range(2)
    ]
    inputs = [
        torch.from_numpy(rng.integers(0, 255, (3, SIZE, SIZE), dtype=np.uint8)) for _ in samples
    ]
    return dict(inputs=inputs, data_samples=samples)


def learns_and_is_scored(model: torch.nn.Module) -> None:
    """One training step reaches the backbone, and the metric reads the predictions."""
    losses = model(**model.data_preprocessor(photographs(), training=True), mode='loss')
    loss, _ = model.parse_losses(losses)
    loss.backward()
    trained = [p for p in model.backbone.parameters() if p.requires_grad]
    assert trained
    assert any(p.grad is not None and p.grad.abs().sum() > 0 for p in trained)
    model.eval()
    with torch.no_grad():
        predictions = model.val_step(photographs())
    metric = METRICS.build(dict(type='mmcrack.CrackMetric'))
    metric.dataset_meta = dict(classes=('background', 'crack'))
    metric.process(photographs(), [sample.to_dict() for sample in predictions])
    scores = metric.evaluate(size=2)
    assert any('ODS' in key for key in scores)
    assert all(0 <= value <= 100 for value in scores.values())


@pytest.mark.parametrize('head', HEADS)
@pytest.mark.parametrize('backbone', BACKBONES)
@pytest.mark.parametrize('channels', [1, 2])
def test_our_heads_on_other_backbones(backbone, head, channels):
    body, level = BACKBONES[backbone]
    learns_and_is_scored(segmentor(body, HEADS[head], **level, out_channels=channels))


@pytest.mark.parametrize('head', MMSEG_HEADS)
@pytest.mark.parametrize('channels', [1, 2])
def test_sam_below_other_heads(head, channels):
    learns_and_is_scored(segmentor(SAM, MMSEG_HEADS[head], out_channels=channels))


@pytest.mark.parametrize('backbone', BACKBONES)
def test_metric_scores_other_pairs(backbone):
    body, level = BACKBONES[backbone]
    head = dict(type='FCNHead', channels=8, num_convs=1, norm_cfg=BN, **level)
    learns_and_is_scored(segmentor(body, head))


@pytest.mark.parametrize(
    ('base', 'backbone'),
    [
        ('mmseg::_base_/models/fcn_unet_s5-d16.py', 'UNet'),
        ('mmpretrain::_base_/models/resnet18.py', 'ResNet'),
    ],
)
def test_configs_of_the_mm_libraries_serve_as_bases(base, backbone, tmp_path):
    config = tmp_path / 'mine.py'
    config.write_text(f'_base_ = {base!r}')
    assert Config.fromfile(config).model.backbone.type == backbone
