"""Levels of several backbones as those of one."""

from collections.abc import Sequence

from mmengine.model import BaseModule, ModuleList
from torch import Tensor

from mmcrack.registry import MODELS


@MODELS.register_module()
class JoinedLevels(BaseModule):
    """Several backbones that see the same image; their levels follow one another.

    For instance a shallow one at full size before a pretrained one, so that a decoder
    (:class:`UNetDecoder`) finds contours to the pixel in the first and meaning in the second.

    Args:
        backbones: Configs of the backbones, that with the finest levels first.
        init_cfg: MMEngine's initialization config; the backbones have their own.

    Raises:
        ValueError: there are fewer than two.
    """

    def __init__(self, backbones: Sequence[dict], init_cfg: dict | None = None) -> None:
        super().__init__(init_cfg)
        if len(backbones) < 2:
            raise ValueError(f'JoinedLevels: needs two or more backbones, got {len(backbones)}')
        self.backbones = ModuleList(MODELS.build(backbone) for backbone in backbones)

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        """(N, 3, H, W) to the levels of all backbones."""
        return tuple(level for backbone in self.backbones for level in backbone(x))
