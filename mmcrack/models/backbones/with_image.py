"""The image as a level of its own, before a backbone's."""

from mmengine.model import BaseModule
from torch import Tensor

from mmcrack.registry import MODELS


@MODELS.register_module()
class WithImage(BaseModule):
    """Any backbone, whose input is returned as level 0 before the backbone's levels.

    For heads that read the image at its full resolution (:class:`OEDHead`). The image is what
    the data preprocessor made of it: normalized and padded.

    Args:
        backbone: Config of the backbone.
        init_cfg: MMEngine's initialization config; the backbone has its own.
    """

    def __init__(self, backbone: dict, init_cfg: dict | None = None) -> None:
        super().__init__(init_cfg)
        self.backbone = MODELS.build(backbone)

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        """(N, 3, H, W) to itself and the backbone's levels."""
        return (x, *self.backbone(x))
