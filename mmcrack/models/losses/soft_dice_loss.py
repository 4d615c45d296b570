"""Dice loss on soft crack labels."""

from torch import Tensor

from mmcrack.models.losses.soft_target import SoftTargetLoss
from mmcrack.registry import MODELS


@MODELS.register_module()
class SoftDiceLoss(SoftTargetLoss):
    """1 − (2Σpy + ε) / (Σp² + Σy² + ε) per image, averaged over the images.

    The squares (Milletari et al., 3DV 2016) matter on soft labels: this form is 0 exactly where
    p = y, which the form with plain sums is not. An image whose pixels are all ignored does not
    count.

    Args:
        eps: ε; gives an image without crack the loss 0 where nothing is predicted.
        reduction: Over images: ``'mean'``, ``'sum'`` or ``'none'``.
        loss_weight: Factor of the loss.
        loss_name: Name in the log.

    Raises:
        ValueError: ``eps`` is not positive.
    """

    def __init__(
        self,
        *,
        eps: float = 1e-3,
        reduction: str = 'mean',
        loss_weight: float = 1.0,
        loss_name: str = 'loss_dice',
    ) -> None:
        super().__init__(reduction=reduction, loss_weight=loss_weight, loss_name=loss_name)
        if eps <= 0:
            raise ValueError(f'eps must be positive, got {eps}')
        self.eps = eps

    def elements(
        self, logit: Tensor, target: Tensor, factor: Tensor, valid: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Loss per image, (N,), and the number of images with a pixel that counts."""
        prob = logit.masked_fill(~valid, 0).sigmoid()
        overlap = (factor * prob * target).flatten(1).sum(1)
        total = (factor * (prob.square() + target.square())).flatten(1).sum(1)
        loss = 1 - (2 * overlap + self.eps) / (total + self.eps)
        return loss, valid.flatten(1).any(1).sum()
