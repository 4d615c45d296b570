"""The threshold of a probability map from the map alone."""

import torch
from torch import Tensor, nn

from mmcrack.registry import MODELS

LEAST_PROBABILITY = 2.0**-17  # half a step of maps of 16 bits; logits are taken from here on


@MODELS.register_module()
class ExpectedF1Threshold(nn.Module):
    """The threshold at which the F1 that a map expects of itself is highest.

    One threshold for all photographs serves the easy and the hard ones ill: whoever is to have the
    highest F1 on a photograph of faint cracks must call many a pixel a crack that is more likely
    none. For probabilities q that are right, and pixels that do not depend on each other, the F1
    of the k likeliest pixels is

        F_k = 2 Σ_{i ≤ k} q_i / (k + Σ_i q_i),

    about, and the best set is {q > F* / 2}, F* = max_k F_k: near 0.5 where the map is certain,
    lower where it is not. It knows no mask.

    Probabilities of a network are not right, so q = σ(slope · logit(p) + offset), fitted on
    photographs with masks, as synthetic ones are (``tools/analysis_tools/calibrate_maps.py``).
    Where no q exceeds 0.5 the threshold is that of q = 0.5: a lowered one would find a crack in any
    photograph that has none.

    Source: Lipton, Elkan and Naryanaswamy, Optimal thresholding of classifiers to maximize F1
    measure, ECML PKDD 2014, Theorem 1. The calibration is Platt's (1999).

    Args:
        slope: Of the calibration; positive.
        offset: Of the calibration, in logits.

    Raises:
        ValueError: ``slope`` is not positive.
    """

    def __init__(self, slope: float = 1.0, offset: float = 0.0) -> None:
        super().__init__()
        if not slope > 0:
            raise ValueError(f'ExpectedF1Threshold: slope={slope} must be positive')
        self.slope = slope
        self.offset = offset

    def forward(self, prob: Tensor) -> Tensor:
        """Threshold of one map.

        Args:
            prob: Probability of a crack, of any shape; the F1 is that of all its pixels.

        Returns:
            The probability above which a pixel is crack, a float64 scalar in (0, 1), on
            the CPU.
        """
        # on the CPU: a GPU's cumulative sums are not deterministic, some have no float64
        logit = torch.logit(prob.detach().cpu().double().flatten(), eps=LEAST_PROBABILITY)
        crack = (self.slope * logit + self.offset).sigmoid().sort(descending=True).values
        found = crack.cumsum(0)
        count = torch.arange(1, len(crack) + 1)
        best = (2 * found / (count + found[-1])).max() / 2
        threshold = torch.where(crack[0] <= 0.5, torch.full_like(best, 0.5), best)
        return ((torch.logit(threshold) - self.offset) / self.slope).sigmoid()
