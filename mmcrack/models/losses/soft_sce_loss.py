"""Symmetric cross entropy on soft crack labels."""

from torch import Tensor
from torch.nn import functional as F

from mmcrack.models.losses.soft_target import PixelLoss
from mmcrack.registry import MODELS


@MODELS.register_module()
class SoftSCELoss(PixelLoss):
    """Mean over the pixels of α times cross entropy plus β times reverse cross entropy.

    The reverse takes the prediction as the truth and the label as the prediction, with logarithms
    of at least log ε: −p log y − (1 − p) log(1 − y). On hard labels it is the mean absolute
    error times −log ε, so β weighs robustness against wrong labels.

    Source: Wang et al., Symmetric Cross Entropy for Robust Learning with Noisy Labels, ICCV 2019,
    Eq. 5 and 7, of two classes and soft labels.

    Args:
        alpha: Factor of the cross entropy.
        beta: Factor of the reverse cross entropy.
        epsilon: Least value of a clipped label; the paper's A is its logarithm.
        reduction: ``'mean'``, ``'sum'`` or ``'none'``.
        loss_weight: Factor of the loss.
        loss_name: Name in the log.

    Raises:
        ValueError: a factor is negative, or ``epsilon`` out of range.
    """

    def __init__(
        self,
        *,
        alpha: float = 0.5,
        beta: float = 0.5,
        epsilon: float = 1e-3,
        reduction: str = 'mean',
        loss_weight: float = 1.0,
        loss_name: str = 'loss_sce',
    ) -> None:
        super().__init__(reduction=reduction, loss_weight=loss_weight, loss_name=loss_name)
        if min(alpha, beta) < 0 or not 0 < epsilon < 0.5:
            raise ValueError(f'alpha={alpha}, beta={beta} or epsilon={epsilon} is out of range')
        self.alpha = alpha
        self.beta = beta
        self.epsilon = epsilon

    def pixel_loss(self, logit: Tensor, target: Tensor) -> Tensor:
        """Symmetric cross entropy of each pixel from its logit."""
        forward = F.binary_cross_entropy_with_logits(logit, target, reduction='none')
        crack, background = target.clamp_min(self.epsilon), (1 - target).clamp_min(self.epsilon)
        reverse = -crack.log() * logit.sigmoid() - background.log() * (-logit).sigmoid()
        return self.alpha * forward + self.beta * reverse
