"""Small backbones, batches and real crops that the tests of the crack heads share."""

import os
from pathlib import Path

import cv2
import mmseg.models  # noqa: F401
import numpy as np
import pytest
import torch
from mmengine.config import ConfigDict
from mmengine.registry import MODELS, DefaultScope
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample

SIZE = 64
BN = dict(type='BN')
COMMON = dict(
    num_classes=2,
    out_channels=1,
    threshold=0.5,
    ignore_index=-1,
    align_corners=False,
    loss_decode=dict(type='mmcrack.SoftBCELoss'),
)
BACKBONES = {
    'vgg16': (
        dict(type='mmcrack.PrePoolVGG', depth=16, norm_cfg=BN),
        [64, 128, 256, 512, 512],
    ),
    'resnet18': (
        dict(type='ResNetV1c', depth=18, base_channels=8, stem_channels=8, norm_cfg=BN),
        [8, 16, 32, 64],
    ),
    'dilated-resnet18': (
        dict(
            type='ResNet',
            depth=18,
            base_channels=8,
            stem_channels=8,
            norm_cfg=BN,
            strides=(1, 2, 1, 1),
            dilations=(1, 1, 2, 4),
        ),
        [8, 16, 32, 64],
    ),
    'mit-b0': (
        dict(
            type='MixVisionTransformer',
            embed_dims=32,
            num_heads=[1, 2, 5, 8],
            num_layers=[2, 2, 2, 2],
        ),
        [32, 64, 160, 256],
    ),
    'convnext': (
        dict(
            type='mmpretrain.ConvNeXt',
            arch=dict(depths=[1, 1, 1, 1], channels=[8, 16, 24, 32]),
            out_indices=(0, 1, 2, 3),
            gap_before_final_norm=False,
        ),
        [8, 16, 24, 32],
    ),
}
# levels of strides 1 to 8, so that four images can be learnt to the pixel
FINE = (
    dict(
        type='mmpretrain.ConvNeXt',
        arch=dict(depths=[1, 1, 1, 1], channels=[8, 16, 24, 32]),
        stem_patch_size=1,
        out_indices=(0, 1, 2, 3),
        gap_before_final_norm=False,
    ),
    [8, 16, 24, 32],
)


def build(config: dict) -> torch.nn.Module:
    torch.manual_seed(0)
    with DefaultScope.overwrite_default_scope('mmseg'):
        return MODELS.build(ConfigDict(config))


def segmentor(backbone: dict, head: dict) -> torch.nn.Module:
    """An mmseg segmenter of a backbone and one of our heads."""
    return build(
        dict(
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
            decode_head={**COMMON, **head},
            test_cfg=dict(mode='whole'),
        )
    )


def samples(labels: torch.Tensor) -> list[SegDataSample]:
    """Labels (N, 1, H, W) as mmseg's data samples."""
    size = tuple(labels.shape[2:])
    return [
        SegDataSample(
            gt_sem_seg=PixelData(data=label), metainfo=dict(img_shape=size, ori_shape=size)
        )
        for label in labels
    ]


def soft_labels(count: int = 2, size: int = SIZE) -> torch.Tensor:
    """Labels in [0, 1] with a strip to be ignored, (N, 1, H, W)."""
    labels = torch.rand(count, 1, size, size, generator=torch.Generator().manual_seed(2))
    labels[:, :, :8] = -1
    return labels


def levels_of(channels: list[int], size: int = 16, count: int = 2) -> tuple[torch.Tensor, ...]:
    """Random levels of a backbone, each half as large as the one before."""
    generator = torch.Generator().manual_seed(1)
    return tuple(
        torch.randn(count, width, size >> step, size >> step, generator=generator)
        for step, width in enumerate(channels)
    )


def gradients_reach_all(model: torch.nn.Module) -> None:
    """One training step's gradient is finite and not zero in every parameter of the head."""
    model.train()
    batch = dict(
        inputs=list(torch.randint(0, 256, (2, 3, SIZE, SIZE), dtype=torch.uint8)),
        data_samples=samples(soft_labels()),
    )
    losses = model(**model.data_preprocessor(batch, training=True), mode='loss')
    loss, _ = model.parse_losses(losses)
    loss.backward()
    for name, parameter in model.decode_head.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.isfinite().all(), name
        assert parameter.grad.abs().sum() > 0, name
    assert any(p.grad is not None and p.grad.abs().sum() > 0 for p in model.backbone.parameters())


def predicts_probabilities(model: torch.nn.Module, channels: int) -> None:
    """At an image size that must be padded, predictions have the image's size."""
    labels = torch.zeros(1, 1, 48, 40)
    image = torch.randint(0, 256, (3, 48, 40), dtype=torch.uint8)
    with torch.no_grad():
        (result,) = model.eval().test_step(dict(inputs=[image], data_samples=samples(labels)))
    assert result.seg_logits.data.shape == (channels, 48, 40)
    assert result.seg_logits.data.isfinite().all()
    if channels == 1:
        assert 0 <= result.seg_logits.data.min() <= result.seg_logits.data.max() <= 1


def four_real_crops(size: int = SIZE) -> tuple[torch.Tensor, torch.Tensor]:
    """DeepCrack's first four training photographs, cut where the crack is densest.

    Returns images (4, 3, size, size) in [−1, 1] and masks (4, 1, size, size) of 0 and 1.
    """
    root = Path(os.environ.get('MMCRACK_DATA', '')) / 'deepcrack'
    if 'MMCRACK_DATA' not in os.environ or not root.is_dir():
        pytest.skip('set MMCRACK_DATA to a folder with deepcrack/ for the test on real images')
    pairs = [real_crop(path, size) for path in sorted((root / 'train_img').iterdir())[:4]]
    images, masks = (np.stack(arrays) for arrays in zip(*pairs, strict=True))
    images = torch.from_numpy(images).permute(0, 3, 1, 2).float() / 127.5 - 1
    return images, torch.from_numpy(masks)[:, None].float()


def real_crop(path: Path, size: int) -> tuple[np.ndarray, np.ndarray]:
    image = cv2.imread(str(path))
    mask = cv2.imread(str(path.parent.parent / 'train_lab' / f'{path.stem}.png'), 0) > 127
    density = cv2.boxFilter(
        mask.astype(np.float32), -1, (size, size), anchor=(0, 0), borderType=cv2.BORDER_CONSTANT
    )
    top, left = np.unravel_index(density[:-size, :-size].argmax(), density[:-size, :-size].shape)
    window = np.s_[top : top + size, left : left + size]
    return image[window], mask[window]


def overfit(model: torch.nn.Module, *, steps: int, lr: float) -> float:
    """Train on the four real crops; return the worst image's F1 at 0.5 in eval mode."""
    images, masks = four_real_crops()
    optimizer = torch.optim.Adam(model.parameters(), lr)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, lr, total_steps=steps)
    model.train()
    for _ in range(steps):
        loss, _ = model.parse_losses(model.loss(images, samples(masks)))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    with torch.no_grad():
        results = model.eval().predict(images, samples(masks))
    found = torch.stack([result.seg_logits.data for result in results]) > 0.5
    truth = masks > 0.5
    overlap = (found & truth).sum((1, 2, 3))
    return (2 * overlap / (found.sum((1, 2, 3)) + truth.sum((1, 2, 3)))).min().item()
