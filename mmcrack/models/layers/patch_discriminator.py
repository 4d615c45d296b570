"""The discriminator of pix2pix and UP-CrackNet."""

from collections.abc import Sequence

import torch
from mmcv.cnn import ConvModule
from mmengine.model import BaseModule, Sequential
from torch import Tensor

from mmcrack.registry import MODELS


@MODELS.register_module()
class PatchDiscriminator(BaseModule):
    """Judges overlapping patches of an image, given what it was restored from (PatchGAN).

    Five 4×4 convolutions, the first three of stride 2: patches of 70×70 pixels. Source: Isola et
    al., Image-to-image translation with conditional adversarial networks, CVPR 2017.

    Args:
        channels: Widths of the layers; the last of them has stride 1, those before it 2.
        norm_cfg: Normalization of all layers but the first and the last.
        init_cfg: MMEngine's initialization config; pix2pix's by default.
    """

    def __init__(
        self,
        channels: Sequence[int] = (64, 128, 256, 512),
        *,
        norm_cfg: dict | None = None,
        init_cfg: dict | None = None,
    ) -> None:
        super().__init__(init_cfg or dict(type='Normal', std=0.02, layer='Conv2d'))
        norm_cfg = norm_cfg or dict(type='BN')
        width, layers = 6, []
        for number, wider in enumerate(channels, 1):
            layers.append(
                ConvModule(
                    width,
                    wider,
                    4,
                    stride=2 if number < len(channels) else 1,
                    padding=1,
                    norm_cfg=norm_cfg if number > 1 else None,
                    act_cfg=dict(type='LeakyReLU', negative_slope=0.2),
                )
            )
            width = wider
        layers.append(ConvModule(width, 1, 4, padding=1, act_cfg=None))
        self.layers = Sequential(*layers)

    def forward(self, view: Tensor, image: Tensor) -> Tensor:
        """Logits of originals, (N, 1, h, w), of images (N, 3, H, W) and their views."""
        return self.layers(torch.cat([view, image], 1))
