"""Small parts of restoration segmentors, and drawn images for them."""

import mmcrack.models  # noqa: F401  # first: it makes torchvision importable

# isort: split
import mmseg.models  # noqa: F401
import torch
from mmengine.config import ConfigDict
from mmengine.registry import MODELS, DefaultScope

PREPROCESSOR = dict(
    type='SegDataPreProcessor',
    size_divisor=1,
    mean=[127.5] * 3,
    std=[127.5] * 3,
    seg_pad_val=-1,
    bgr_to_rgb=True,
)
UNET = dict(type='mmcrack.StridedUNet', channels=(4, 8))
L2 = dict(type='mmcrack.RestoredPixelsLoss', norm=2)


def build(config):
    torch.manual_seed(0)
    with DefaultScope.overwrite_default_scope('mmseg'):
        return MODELS.build(ConfigDict(config))


def segmentor(**options):
    """A restorer of two levels that hides nothing."""
    return build(
        dict(
            type='mmcrack.RestorationSegmentor',
            data_preprocessor=PREPROCESSOR,
            backbone=UNET,
            decode_head=dict(type='mmcrack.RestorationHead', in_channels=4),
            losses=[L2],
            error_map=dict(type='mmcrack.PixelErrorMap'),
            threshold=dict(type='mmcrack.QuantileThreshold'),
            size_divisor=2,
        )
        | options
    )


def texture(size=48, count=1):
    """Images in [0, 1] of a bright, slightly noisy surface, (count, 3, size, size)."""
    noise = torch.rand(count, 3, size, size, generator=torch.Generator().manual_seed(3))
    return 0.7 + 0.05 * noise


def cracked(images, row=20, dark=0.2):
    """The same with a dark line of two pixels, and where it is, (1, 1, H, W)."""
    line = torch.zeros_like(images[:1, :1], dtype=torch.bool)
    line[..., row : row + 2, 4:-4] = True
    return torch.where(line, images * dark, images), line
