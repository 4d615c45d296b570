"""A backbone that sees a transform of the image."""

from abc import abstractmethod

from mmengine.model import BaseModule
from torch import Tensor

from mmcrack.registry import MODELS


class TransformedInput(BaseModule):
    """Base of the wrappers that compute a backbone's input from the normalized image.

    The transform is part of the network, so it is in every checkpoint's config and in every export,
    and no pipeline has to know of it.

    Args:
        backbone: Config of the backbone; its ``in_channels`` is what :meth:`transform` gives.
        init_cfg: MMEngine's initialization config; the backbone has its own.
    """

    def __init__(self, backbone: dict, init_cfg: dict | None = None) -> None:
        super().__init__(init_cfg)
        self.backbone = MODELS.build(backbone)

    @abstractmethod
    def transform(self, x: Tensor) -> Tensor:
        """(N, 3, H, W), normalized, to the backbone's input, (N, C, H, W)."""

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        """(N, 3, H, W), normalized, to the backbone's levels."""
        return self.backbone(self.transform(x))
