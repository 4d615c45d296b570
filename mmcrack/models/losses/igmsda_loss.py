"""Implicit gradient-modulated semantic data augmentation (IGMSDA, Eq. 8 to 10)."""

import math

from torch import Tensor
from torch.nn import functional as F

from mmcrack.models.losses.gm_loss import alpha_at, check_strength, modulation
from mmcrack.models.losses.isda_loss import SemanticAugmentationLoss
from mmcrack.models.losses.scheduled_loss import IGNORED
from mmcrack.registry import MODELS


@MODELS.register_module()
class IGMSDALoss(SemanticAugmentationLoss):
    """GM loss over infinitely many augmented features: its upper bound (Chen et al., T-ITS 2024).

    −½ log α + part I + part II (Eq. 8), with z the logits and q_yj = (w_j − w_y)ᵀΣ_y(w_j − w_y):

    - part I (Eq. 4): log Σ_j exp(z_j − z_y + λ/2 q_yj), as in :class:`ISDALoss`;
    - part II (Eq. 9): ½ log(1 + α/C² Σ_j exp(z_y − z_j + λ/2 q_yj)).

    Both grow with t/T: λ = (t/T)·λ₀ and α = (t/T)·α₀ + 1. Each sum is a cross entropy, of the
    logits and of the negated logits, so neither overflows.

    The bound is not tight, and that is a part of its effect. Even at λ = 0 it exceeds the GM loss
    wherever the logits differ, and part II grows with a confident margin z_y − z_j as half the
    margin, where GM's own term stays constant. So the loss of a sample is not smallest at p = 1:
    with two classes and λ = 0 it is smallest at p ≈ 0.79 for α = 1, and at 0.72 for α = 3.5. That
    works much as label smoothing does; read scores as ranks, not as calibrated probabilities.

    Args:
        alpha_0: α₀.
        loss_name: Name in the log.
        **kwargs: ``lambda_0``, ``reduction`` and ``loss_weight`` as in the base classes.

    Raises:
        ValueError: ``alpha_0`` or ``lambda_0`` is negative.
    """

    def __init__(self, *, alpha_0: float = 2.5, loss_name: str = 'loss_igmsda', **kwargs) -> None:
        super().__init__(loss_name=loss_name, **kwargs)
        self.alpha_0 = check_strength('alpha_0', alpha_0)

    def elements(self, logits: Tensor, target: Tensor) -> Tensor:
        """Eq. 8's bound of each element."""
        increment = self.logit_increment(logits, target)
        part_one = _nll(increment + logits, target)
        log_sum = _nll(increment - logits, target)  # log Σ_j exp(z_y − z_j + λ/2 q_yj)
        bounded_log_p = log_sum - 2 * math.log(logits.shape[1])
        return part_one + modulation(bounded_log_p, alpha_at(self.progress, self.alpha_0))


def _nll(logits: Tensor, target: Tensor) -> Tensor:
    return F.cross_entropy(logits, target, ignore_index=IGNORED, reduction='none')
