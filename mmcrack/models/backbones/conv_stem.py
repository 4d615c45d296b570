"""A few convolutions at full size."""

from itertools import pairwise

from mmcv.cnn import ConvModule
from mmengine.model import BaseModule, Sequential
from torch import Tensor

from mmcrack.registry import MODELS


@MODELS.register_module()
class ConvStem(BaseModule):
    """3×3 convolutions of stride 1: one level, of the image's size.

    What pretrained backbones lack, whose finest level has half or a quarter of the image's size.
    Put it beside one by :class:`JoinedLevels`.

    Args:
        in_channels: Channels of the image.
        channels: Channels of the level.
        num_convs: Convolutions.
        norm_cfg: Normalization.
        act_cfg: Activation.
        init_cfg: MMEngine's initialization config.
    """

    def __init__(
        self,
        in_channels: int = 3,
        channels: int = 8,
        *,
        num_convs: int = 2,
        norm_cfg: dict | None = None,
        act_cfg: dict | None = None,
        init_cfg: dict | None = None,
    ) -> None:
        super().__init__(init_cfg)
        cfgs = dict(norm_cfg=norm_cfg or dict(type='BN'), act_cfg=act_cfg or dict(type='ReLU'))
        widths = [in_channels] + [channels] * num_convs
        self.convs = Sequential(
            *(ConvModule(before, after, 3, padding=1, **cfgs) for before, after in pairwise(widths))
        )

    def forward(self, x: Tensor) -> tuple[Tensor]:
        """(N, in_channels, H, W) to one level (N, channels, H, W)."""
        return (self.convs(x),)
