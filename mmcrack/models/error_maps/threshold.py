"""From errors to probabilities by a threshold."""

import torch
from torch import Tensor

_LEAST = 1e-8


def odds(errors: Tensor, threshold: Tensor) -> Tensor:
    """log(e / t), a logit whose probability is e / (e + t): 0.5 at the threshold.

    Args:
        errors: e ≥ 0, (N, 1, H, W).
        threshold: t, of a shape that fits.
    """
    return torch.log(errors.clamp_min(_LEAST) / threshold.clamp_min(_LEAST))
