"""What probabilities of a crack are worth, from maps and masks."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, logit

from mmcrack.models.layers.expected_f1_threshold import LEAST_PROBABILITY

_LEVELS = 2**16


@dataclass(frozen=True)
class Calibration:
    """q = σ(slope · logit(p) + offset), the share of cracks among pixels of probability p."""

    slope: float
    offset: float


def fit_calibration(images: Iterable[tuple[np.ndarray, np.ndarray]]) -> Calibration:
    """Fit a calibration by the likelihood of the masks; every image has the same weight.

    Maps are taken to 16 bits, and p within [2⁻¹⁷, 1 − 2⁻¹⁷], so memory does not grow with their
    number.

    Source: Platt, Probabilistic outputs for support vector machines, 1999.

    Args:
        images: Of each the probability map, H×W in [0, 1], and the mask, bool H×W. A generator
            will do.

    Raises:
        ValueError: there is no crack pixel, or nothing but crack pixels, a map has values outside
            [0, 1], or a map and its mask differ in shape.
    """
    background, crack = np.zeros(_LEVELS), np.zeros(_LEVELS)
    for prob, mask in images:
        if prob.shape != mask.shape:
            raise ValueError(f'the map is of {prob.shape}, its mask of {mask.shape}')
        if not (prob.min() >= 0 and prob.max() <= 1):
            raise ValueError('a map has NaN or values outside [0, 1]')
        level = np.rint(prob.astype(np.float64) * (_LEVELS - 1)).astype(np.int64)
        background += np.bincount(level[~mask], minlength=_LEVELS) / mask.size
        crack += np.bincount(level[mask], minlength=_LEVELS) / mask.size
    if not crack.any() or not background.any():
        raise ValueError('a calibration needs masks with crack pixels and with others')
    prob = np.linspace(0, 1, _LEVELS).clip(LEAST_PROBABILITY, 1 - LEAST_PROBABILITY)
    score = logit(prob)

    def loss(parameters: np.ndarray) -> tuple[float, np.ndarray]:
        value = parameters[0] * score + parameters[1]
        slope = (background + crack) * expit(value) - crack  # of the loss by the value
        total = crack @ np.logaddexp(0, -value) + background @ np.logaddexp(0, value)
        return total, np.array([slope @ score, slope.sum()])

    slope, offset = minimize(loss, np.array([1.0, 0.0]), jac=True, method='BFGS').x
    return Calibration(float(slope), float(offset))
