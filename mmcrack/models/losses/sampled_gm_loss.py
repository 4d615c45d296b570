"""The gradient-modulated loss over drawn features: the slow way that IGMSDA avoids (Eq. 7)."""

import torch
from torch import Tensor

from mmcrack.models.losses.gm_loss import alpha_at, check_strength, gm_loss
from mmcrack.models.losses.isda_loss import SemanticAugmentationLoss
from mmcrack.registry import MODELS

_JITTER = 1e-6  # of the trace: more than float32's rounding, less than what sampling shows


@MODELS.register_module()
class SampledGMLoss(SemanticAugmentationLoss):
    """Mean GM loss over ``samples`` features drawn from N(a, λΣ_y) (IGMSDA, Eq. 7 and Table VI).

    The reference of :class:`IGMSDALoss`, which bounds its expectation. It costs
    samples · N · F² operations a step and samples · N · F numbers of memory, so it is for
    classification alone.

    Args:
        samples: S, drawn anew for each element in each step.
        alpha_0: α₀.
        loss_name: Name in the log.
        **kwargs: ``lambda_0``, ``reduction`` and ``loss_weight`` as in the base classes.

    Raises:
        ValueError: ``samples`` is less than 1, or ``alpha_0`` or ``lambda_0`` is negative.
    """

    def __init__(
        self,
        *,
        samples: int = 1000,
        alpha_0: float = 2.5,
        loss_name: str = 'loss_gm_sampled',
        **kwargs,
    ) -> None:
        super().__init__(loss_name=loss_name, **kwargs)
        if samples < 1:
            raise ValueError(f'samples must be at least 1, got {samples}')
        self.samples = samples
        self.alpha_0 = check_strength('alpha_0', alpha_0)

    def elements(self, logits: Tensor, target: Tensor) -> Tensor:
        """Eq. 7 of each element.

        Raises:
            ValueError: The logits are those of a segmenter.
        """
        if logits.ndim != 2:
            raise ValueError(
                f'SampledGMLoss takes logits (N, C), got {tuple(logits.shape)}; use IGMSDALoss'
            )
        layer = self.take_layer(logits)
        self.update_covariances(layer, target)
        # W(a + ε) + b = z + Wε
        drawn = logits[:, None] + self.draw(target) @ layer.weight.float().T  # (N, S, C)
        repeated = target[:, None].expand(-1, self.samples)
        alpha = alpha_at(self.progress, self.alpha_0)
        return gm_loss(drawn.transpose(1, 2), repeated, alpha).mean(1)

    @torch.no_grad()
    def draw(self, target: Tensor) -> Tensor:
        """ε ~ N(0, λΣ_y) for each element of class y, (N, S, F); 0 where ignored."""
        covariance = self.covariances.covariance
        noise = covariance.new_zeros(len(target), self.samples, covariance.shape[-1])
        for label in target[target >= 0].unique().tolist():
            members = target == label
            root = self.strength**0.5 * _root(covariance[label])
            noise[members] = torch.randn_like(noise[members]) @ root.T
        return noise


def _root(covariance: Tensor) -> Tensor:
    """R with RRᵀ = Σ, (F, F); Σ may be singular, as it is with fewer samples than features."""
    exact = covariance.double()
    jitter = _JITTER * exact.trace().clamp(min=torch.finfo(torch.float32).tiny)
    exact.diagonal().add_(jitter)
    return torch.linalg.cholesky(exact).to(covariance)
