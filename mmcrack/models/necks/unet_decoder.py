"""The way up of a U-Net, for any backbone."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from mmcv.cnn import ConvModule
from mmengine.model import BaseModule, ModuleList, Sequential
from torch import Tensor

from mmcrack.registry import MODELS


@MODELS.register_module()
class UNetDecoder(BaseModule):
    """Goes from a backbone's coarsest level up to its finest, joining each level on the way.

    As in U-Net (Ronneberger et al. 2015): enlarge (bilinear, without weights), concatenate with the
    backbone's level of that size, 3×3 convolutions. With a level of full size among the
    backbone's (:class:`JoinedLevels`, :class:`WithImage`) the result has the image's size, which
    cracks of few pixels need.

    Args:
        in_channels: Channels of the backbone's levels, finest first.
        channels: Channels on the way up, finest first; one fewer than levels.
        num_convs: Convolutions in each level.
        norm_cfg: Normalization.
        act_cfg: Activation.
        init_cfg: MMEngine's initialization config.

    Raises:
        ValueError: ``channels`` is not one fewer than ``in_channels``, of which there are two or
            more.
    """

    def __init__(
        self,
        in_channels: Sequence[int],
        channels: Sequence[int],
        *,
        num_convs: int = 2,
        norm_cfg: dict | None = None,
        act_cfg: dict | None = None,
        init_cfg: dict | None = None,
    ) -> None:
        super().__init__(init_cfg)
        if len(in_channels) < 2 or len(channels) != len(in_channels) - 1:
            raise ValueError(
                f'UNetDecoder: in_channels={tuple(in_channels)} must be two or more, and '
                f'channels={tuple(channels)} one fewer'
            )
        cfgs = dict(norm_cfg=norm_cfg or dict(type='BN'), act_cfg=act_cfg or dict(type='ReLU'))
        below = [*channels[1:], in_channels[-1]]
        self.up = ModuleList(
            Sequential(
                ConvModule(skip + coarse, width, 3, padding=1, **cfgs),
                *(ConvModule(width, width, 3, padding=1, **cfgs) for _ in range(num_convs - 1)),
            )
            for skip, coarse, width in zip(in_channels[:-1], below, channels, strict=True)
        )

    def forward(self, levels: Sequence[Tensor]) -> tuple[Tensor, ...]:
        """Levels (N, C_i, H_i, W_i), finest first, to levels on the way up, finest first.

        Raises:
            ValueError: there are more or fewer levels than at construction.
        """
        if len(levels) != len(self.up) + 1:
            raise ValueError(
                f'UNetDecoder: made for {len(self.up) + 1} levels, the backbone has {len(levels)}'
            )
        outs = [levels[-1]]
        for skip, block in zip(reversed(levels[:-1]), reversed(self.up), strict=True):
            enlarged = F.interpolate(outs[0], skip.shape[2:], mode='bilinear', align_corners=False)
            outs.insert(0, block(torch.cat([skip, enlarged], 1)))
        return tuple(outs[:-1])
