"""Focal loss on soft crack labels."""

from torch import Tensor
from torch.nn import functional as F

from mmcrack.models.losses.soft_target import PixelLoss
from mmcrack.registry import MODELS


@MODELS.register_module()
class SoftFocalLoss(PixelLoss):
    """Focal loss whose targets may be soft.

    α_y · |y − p|^γ · BCE(p, y) with α_y = α·y + (1 − α)(1 − y). On hard labels this is the focal
    loss of Lin et al. (ICCV 2017); the modulating factor |y − p|^γ is that of the quality focal
    loss (Li et al., NeurIPS 2020), which is smallest at p = y.

    Args:
        gamma: Exponent γ of the modulating factor, 0 or at least 1.
        alpha: Weight α of the crack class, in [0, 1]; None weighs both classes by 1.
        reduction: ``'mean'``, ``'sum'`` or ``'none'``.
        loss_weight: Factor of the loss.
        loss_name: Name in the log.

    Raises:
        ValueError: ``gamma`` or ``alpha`` is out of its range.
    """

    def __init__(
        self,
        *,
        gamma: float = 2.0,
        alpha: float | None = 0.25,
        reduction: str = 'mean',
        loss_weight: float = 1.0,
        loss_name: str = 'loss_focal',
    ) -> None:
        super().__init__(reduction=reduction, loss_weight=loss_weight, loss_name=loss_name)
        if gamma != 0 and gamma < 1:  # in between, the gradient at p = y is infinite
            raise ValueError(f'gamma must be 0 or at least 1, got {gamma}')
        if alpha is not None and not 0 <= alpha <= 1:
            raise ValueError(f'alpha must be None or in [0, 1], got {alpha}')
        self.gamma = gamma
        self.alpha = alpha

    def pixel_loss(self, logit: Tensor, target: Tensor) -> Tensor:
        """Modulated, class-weighted cross entropy of each pixel."""
        loss = F.binary_cross_entropy_with_logits(logit, target, reduction='none')
        loss = loss * (target - logit.sigmoid()).abs().pow(self.gamma)
        if self.alpha is None:
            return loss
        return loss * (self.alpha * target + (1 - self.alpha) * (1 - target))
