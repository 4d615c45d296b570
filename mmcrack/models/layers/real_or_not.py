"""What a discriminator is asked, as a loss."""

import torch
import torch.nn.functional as F
from torch import Tensor


def real_or_not(logits: Tensor, *, real: bool) -> Tensor:
    """Mean binary cross-entropy, in float32, with one answer for all patches; 0 of no logits."""
    logits = logits.float()
    answer = torch.full_like(logits, float(real))
    summed = F.binary_cross_entropy_with_logits(logits, answer, reduction='sum')
    return summed / max(logits.numel(), 1)
