"""Binary cross entropy on soft crack labels."""

import torch
from torch import Tensor
from torch.nn import functional as F

from mmcrack.models.losses.soft_target import PixelLoss
from mmcrack.registry import MODELS


@MODELS.register_module()
class SoftBCELoss(PixelLoss):
    """Mean over the pixels of −y log p − (1 − y) log(1 − p).

    Args:
        pos_weight: Factor of the crack term y log p.
        reduction: ``'mean'``, ``'sum'`` or ``'none'``.
        loss_weight: Factor of the loss.
        loss_name: Name in the log.

    Raises:
        ValueError: ``pos_weight`` is not positive.
    """

    def __init__(
        self,
        *,
        pos_weight: float = 1.0,
        reduction: str = 'mean',
        loss_weight: float = 1.0,
        loss_name: str = 'loss_bce',
    ) -> None:
        super().__init__(reduction=reduction, loss_weight=loss_weight, loss_name=loss_name)
        if pos_weight <= 0:
            raise ValueError(f'pos_weight must be positive, got {pos_weight}')
        self.register_buffer('pos_weight', torch.tensor(float(pos_weight)), persistent=False)

    def pixel_loss(self, logit: Tensor, target: Tensor) -> Tensor:
        """Cross entropy of each pixel from its logit."""
        return F.binary_cross_entropy_with_logits(
            logit, target, pos_weight=self.pos_weight.to(logit), reduction='none'
        )
