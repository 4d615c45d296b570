"""The U-Nets of RIAD and UP-CrackNet, which halve by strided convolutions."""

from collections.abc import Sequence

import torch
from mmcv.cnn import ConvModule
from mmengine.model import BaseModule, Sequential
from torch import Tensor, nn

from mmcrack.registry import MODELS


@MODELS.register_module()
class StridedUNet(BaseModule):
    """Strided 4×4 convolutions down, transposed ones up, with all levels handed across.

    RIAD: ``channels=(64, 128, 256, 512, 512)``, two convolutions a level, the first level at full
    size. UP-CrackNet (pix2pix, Isola et al. 2017): ``channels=(64, 128, 256, 512, 512, 512, 512,
    512)``, ``full_size_first=False``, ``refine=False``, leaky activations down, dropout in the
    three lowest levels on the way up, nothing normalized in the first and the last level down.

    Args:
        in_channels: Channels of the image.
        channels: Width of each level.
        full_size_first: Whether level 0 has the image's size; else half of it, as the output then.
        refine: Whether a second convolution follows in each level: 3×3 of stride 1, both ways.
        dropout_levels: How many levels on the way up, from the lowest, have dropout of a half.
        norm_cfg: Normalization.
        down_act_cfg: Activation on the way down.
        norm_ends: Whether the first and the last level down are normalized.
        init_cfg: MMEngine's initialization config.

    Raises:
        ValueError: there are fewer than two levels.
    """

    def __init__(
        self,
        in_channels: int = 3,
        channels: Sequence[int] = (64, 128, 256, 512, 512),
        *,
        full_size_first: bool = True,
        refine: bool = True,
        dropout_levels: int = 0,
        norm_cfg: dict | None = None,
        down_act_cfg: dict | None = None,
        norm_ends: bool = True,
        init_cfg: dict | None = None,
    ) -> None:
        super().__init__(init_cfg)
        if len(channels) < 2:
            raise ValueError(f'StridedUNet: channels={tuple(channels)}; at least two levels')
        norm_cfg = norm_cfg or dict(type='BN')
        act_cfg = down_act_cfg or dict(type='ReLU')
        last = len(channels) - 1
        self.down = nn.ModuleList()
        for level, width in enumerate(channels):
            halve = level > 0 or not full_size_first
            norm = norm_cfg if norm_ends or 0 < level < last else None
            size = dict(kernel_size=4, stride=2) if halve else dict(kernel_size=3)
            layers = [ConvModule(in_channels, width, padding=1, **size, **_cfgs(norm, act_cfg))]
            if refine:
                layers.append(ConvModule(width, width, 3, padding=1, **_cfgs(norm, act_cfg)))
            self.down.append(Sequential(*layers))
            in_channels = width
        self.up = nn.ModuleList()
        self.join = nn.ModuleList()
        for level in reversed(range(last)):
            width = channels[level]
            self.up.append(_enlarge(in_channels, width, norm_cfg, refine))
            drop = nn.Dropout(0.5 if last - level <= dropout_levels else 0.0)
            self.join.append(_refine(width, norm_cfg) if refine else drop)
            in_channels = width if refine else 2 * width
        self.refine = refine
        self.out_channels = in_channels

    def forward(self, x: Tensor) -> tuple[Tensor]:
        """One level (N, out_channels, H, W) of images (N, in_channels, H, W).

        H and W are halved where the first level is. They must be multiples of 2 to the number of
        halvings.
        """
        levels = []
        for block in self.down:
            x = block(x)
            levels.append(x)
        for enlarge, join, skip in zip(self.up, self.join, levels[-2::-1], strict=True):
            x = enlarge(x)
            x = join(torch.cat([x, skip], 1)) if self.refine else torch.cat([join(x), skip], 1)
        return (x,)


def _cfgs(norm_cfg: dict | None, act_cfg: dict) -> dict:
    return dict(norm_cfg=norm_cfg, act_cfg=act_cfg)


def _enlarge(in_channels: int, width: int, norm_cfg: dict, refine: bool) -> nn.Module:
    """(N, in_channels, H, W) to (N, width, 2H, 2W); where nothing follows, normalized."""
    if refine:
        return nn.ConvTranspose2d(in_channels, width, 4, stride=2, padding=1)
    return ConvModule(
        in_channels, width, 4, stride=2, padding=1, conv_cfg=dict(type='deconv'), norm_cfg=norm_cfg
    )


def _refine(width: int, norm_cfg: dict) -> Sequential:
    """Two convolutions of the enlarged level joined with the one handed across."""
    return Sequential(
        ConvModule(2 * width, width, 3, padding=1, norm_cfg=norm_cfg),
        ConvModule(width, width, 3, padding=1, norm_cfg=norm_cfg),
    )
