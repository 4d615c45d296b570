"""The gradient-modulated loss (IGMSDA, Eq. 5)."""

import math

from torch import Tensor
from torch.nn import functional as F

from mmcrack.models.losses.scheduled_loss import IGNORED, ScheduledLoss
from mmcrack.registry import MODELS


@MODELS.register_module()
class GMLoss(ScheduledLoss):
    """−½ log(p · αp/(αp + 1)), p the probability of the true class (IGMSDA, Eq. 5).

    Cross entropy whose gradient is weaker, by up to a half, where p is low:
    dL/dp = −1/p + ½ α/(αp + 1) (Eq. 6). α = (t/T)·α₀ + 1 grows with the training (section III-C).

    Args:
        alpha_0: α₀.
        loss_name: Name in the log.
        **kwargs: ``reduction`` and ``loss_weight`` of :class:`ScheduledLoss`.

    Raises:
        ValueError: ``alpha_0`` is negative.
    """

    def __init__(self, *, alpha_0: float = 2.5, loss_name: str = 'loss_gm', **kwargs) -> None:
        super().__init__(loss_name=loss_name, **kwargs)
        self.alpha_0 = check_strength('alpha_0', alpha_0)

    def elements(self, logits: Tensor, target: Tensor) -> Tensor:
        """Eq. 5 of each element."""
        return gm_loss(logits, target, alpha_at(self.progress, self.alpha_0))


def gm_loss(logits: Tensor, target: Tensor, alpha: float) -> Tensor:
    """Eq. 5 from logits: (N, C, …) and (N, …) to (N, …); any finite number at target −1."""
    nll = F.cross_entropy(logits, target, ignore_index=IGNORED, reduction='none')
    return nll + modulation(-nll, alpha)


def modulation(log_p: Tensor, alpha: float) -> Tensor:
    """½ log((αp + 1)/α), what GM adds to cross entropy, from log p: no p overflows."""
    return (F.softplus(log_p + math.log(alpha)) - math.log(alpha)) / 2


def alpha_at(progress: float, alpha_0: float) -> float:
    """α = (t/T)·α₀ + 1."""
    return progress * alpha_0 + 1


def check_strength(name: str, value: float) -> float:
    """Return ``value``, or raise ValueError where it is negative."""
    if value < 0:
        raise ValueError(f'{name} must be 0 or more, got {value}')
    return value
