"""Mean absolute error on soft crack labels (CoGenSAM, Eq. 13)."""

from torch import Tensor

from mmcrack.models.losses.soft_target import PixelLoss
from mmcrack.registry import MODELS


@MODELS.register_module()
class MAELoss(PixelLoss):
    """Mean over the pixels of |p − y| (CoGenSAM, Eq. 13).

    Each pixel's gradient is bounded by p(1 − p), whatever its label says, which makes the loss
    robust against wrong labels (Ghosh et al., AAAI 2017).

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
        loss_name: str = 'loss_mae',
    ) -> None:
        super().__init__(reduction=reduction, loss_weight=loss_weight, loss_name=loss_name)

    def pixel_loss(self, logit: Tensor, target: Tensor) -> Tensor:
        """|sigmoid(logit) − target|."""
        return (logit.sigmoid() - target).abs()
