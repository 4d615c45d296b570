"""The base of the error maps."""

from abc import abstractmethod

import torch
from torch import Tensor, nn

from mmcrack.registry import MODELS


class ErrorMap(nn.Module):
    """Base of what maps an image and its restoration to errors ≥ 0.

    Args:
        smoothing: Config of a module that filters the errors, (N, 1, H, W) to the same.
    """

    def __init__(self, smoothing: dict | None = None) -> None:
        super().__init__()
        self.smoothing = nn.Identity() if smoothing is None else MODELS.build(smoothing)

    def forward(self, image: Tensor, restored: Tensor) -> Tensor:
        """Errors, (N, 1, H, W), in float32 inside autocast too.

        Args:
            image: (N, 3, H, W), in [0, 1].
            restored: As ``image``.
        """
        with torch.autocast(image.device.type, enabled=False):
            return self.smoothing(self.errors(image.float(), restored.float()))

    @abstractmethod
    def errors(self, image: Tensor, restored: Tensor) -> Tensor:
        """The errors before smoothing."""
