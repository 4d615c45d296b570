"""Mean squared error on soft crack labels (the reconstruction term of CoGenSAM, Eq. 6)."""

from torch import Tensor

from mmcrack.models.losses.soft_target import PixelLoss
from mmcrack.registry import MODELS


@MODELS.register_module()
class SoftMSELoss(PixelLoss):
    """Mean over the pixels of (p − y)² (CoGenSAM, first term of Eq. 6).

    Args:
        reduction: ``'mean'``, ``'sum'`` or ``'none'``.
        loss_weight: Factor of the loss.
        loss_name: Name in the log.
    """

    def __init__(
        self,
        *,
        reduction: str = 'mean',
        loss_weight: float = 1.0,
        loss_name: str = 'loss_mse',
    ) -> None:
        super().__init__(reduction=reduction, loss_weight=loss_weight, loss_name=loss_name)

    def pixel_loss(self, logit: Tensor, target: Tensor) -> Tensor:
        """(sigmoid(logit) − target)²."""
        return (logit.sigmoid() - target).square()
