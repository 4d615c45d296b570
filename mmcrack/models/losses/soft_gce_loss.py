"""Generalized cross entropy on soft crack labels."""

from torch import Tensor
from torch.nn import functional as F

from mmcrack.models.losses.soft_target import PixelLoss
from mmcrack.registry import MODELS


@MODELS.register_module()
class SoftGCELoss(PixelLoss):
    """Mean over the pixels of y (1 − pᵠ)/q + (1 − y)(1 − (1 − p)ᵠ)/q.

    Between cross entropy (q → 0), which wrong labels mislead, and the mean absolute error (q = 1),
    which learns slowly: the gradient of a pixel is cross entropy's times its probability, to the
    power q, of the label.

    Source: Zhang and Sabuncu, Generalized Cross Entropy Loss for Training Deep Neural Networks
    with Noisy Labels, NeurIPS 2018, Eq. 6, of two classes and soft labels.

    Args:
        q: In (0, 1].
        reduction: ``'mean'``, ``'sum'`` or ``'none'``.
        loss_weight: Factor of the loss.
        loss_name: Name in the log.

    Raises:
        ValueError: ``q`` is out of range.
    """

    def __init__(
        self,
        *,
        q: float = 0.7,
        reduction: str = 'mean',
        loss_weight: float = 1.0,
        loss_name: str = 'loss_gce',
    ) -> None:
        super().__init__(reduction=reduction, loss_weight=loss_weight, loss_name=loss_name)
        if not 0 < q <= 1:
            raise ValueError(f'q must lie in (0, 1], got {q}')
        self.q = q

    def pixel_loss(self, logit: Tensor, target: Tensor) -> Tensor:
        """Generalized cross entropy of each pixel from its logit."""
        crack = -(self.q * F.logsigmoid(logit)).expm1()
        background = -(self.q * F.logsigmoid(-logit)).expm1()
        return (target * crack + (1 - target) * background) / self.q
