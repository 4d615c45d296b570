"""The base of the losses that compare a restored image with the original."""

from abc import abstractmethod

import torch
from mmengine.model import BaseModule
from torch import Tensor


class RestorationLoss(BaseModule):
    """Base of losses on (restored, original), both (N, 3, H, W) in [0, 1].

    They are computed in float32, inside autocast too.

    Args:
        loss_weight: Factor of the loss.
        loss_name: Name in the log; only names that start with ``loss_`` are back-propagated.
    """

    def __init__(self, *, loss_weight: float, loss_name: str) -> None:
        super().__init__()
        self.loss_weight = loss_weight
        self.loss_name = loss_name

    def forward(self, restored: Tensor, original: Tensor) -> Tensor:
        """The weighted loss, a scalar."""
        with torch.autocast(restored.device.type, enabled=False):
            return self.loss_weight * self.compare(restored.float(), original.float())

    @abstractmethod
    def compare(self, restored: Tensor, original: Tensor) -> Tensor:
        """The loss without its weight."""
