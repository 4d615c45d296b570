"""Dissimilarity of the gradients of a restored image and the original."""

import torch
from torch import Tensor

from mmcrack.models.layers.gradient_similarity import similarity_pyramid
from mmcrack.models.losses.restoration_loss import RestorationLoss
from mmcrack.registry import MODELS


@MODELS.register_module()
class GradientSimilarityLoss(RestorationLoss):
    """1 − GMS, the mean over each scale, then over the scales: MSGMS (RIAD).

    Args:
        scales: Number of sizes, each half the one before it.
        loss_weight: Factor of the loss.
        loss_name: Name in the log.
    """

    def __init__(
        self, scales: int = 4, *, loss_weight: float = 1.0, loss_name: str = 'loss_msgms'
    ) -> None:
        super().__init__(loss_weight=loss_weight, loss_name=loss_name)
        self.scales = scales

    def compare(self, restored: Tensor, original: Tensor) -> Tensor:
        """The mean over the scales."""
        maps = similarity_pyramid(restored, original, self.scales)
        return torch.stack([1 - similarity.mean() for similarity in maps]).mean()
