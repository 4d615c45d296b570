"""Pixel counts of one probability map at all thresholds, in one pass over its pixels."""

from dataclasses import dataclass

import cv2
import numpy as np

THRESHOLDS = np.arange(100, dtype=np.float64) / 100
HALF = 50  # index of the threshold 0.5
_LUT = np.zeros(256, np.float32)
_LUT[:101] = np.arange(101) / 100
_EXACT_IN_FLOAT32 = 2**24


@dataclass(frozen=True, slots=True)
class ThresholdCounts:
    """Counts of one map at the thresholds t_k = k/100, k = 0…99; the arrays are int32 (100,).

    Without tolerance ``correct`` and ``found`` are the same true positives.

    Attributes:
        predicted: Pixels predicted crack, p > t_k.
        correct: Predicted pixels that are right: within the tolerance of a true one.
        found: True pixels that are found: the map exceeds t_k within the tolerance of them.
        true: Crack pixels of the mask.
    """

    predicted: np.ndarray
    correct: np.ndarray
    found: np.ndarray
    true: int


def threshold_levels(prob: np.ndarray) -> np.ndarray:
    """Number of thresholds t_k = k/100, k = 0…99, that each value exceeds.

    Exact for the comparison ``p > float32(k / 100)``: the truncated product 100·p is off by at
    most one level, and only downwards of a value above its threshold or upwards of a value at it,
    which one comparison with that level's own threshold settles.

    Args:
        prob: float32 H×W in [0, 1].

    Returns:
        uint8 H×W, 0…100; a pixel is predicted crack at t_k where its level exceeds k.
    """
    level = (prob * np.float32(100)).astype(np.uint8)
    return level + (prob > cv2.LUT(level, _LUT))


def disk(radius: float) -> np.ndarray:
    """Offsets within a Euclidean ``radius``, as a structuring element: uint8, odd and square."""
    offsets = np.arange(-int(radius), int(radius) + 1)
    return (offsets[:, None] ** 2 + offsets**2 <= radius**2).astype(np.uint8)


def count_at_thresholds(
    prob: np.ndarray, mask: np.ndarray, *, tolerance: float = 0
) -> ThresholdCounts:
    """Count predicted, correct and found pixels at all thresholds.

    Args:
        prob: float32 H×W in [0, 1].
        mask: bool H×W, true where crack.
        tolerance: Distance in pixels (Euclidean) up to which a predicted and a true pixel match.
    """
    levels = threshold_levels(prob)
    truth = np.ascontiguousarray(mask).view(np.uint8)
    if tolerance < 1:  # no other pixel is that near
        predicted, correct = _exceeding(levels, truth)
        found = correct
    else:
        near = disk(tolerance)
        predicted, correct = _exceeding(levels, cv2.dilate(truth, near))
        # levels rise with p, so dilating them is dilating the map
        _, found = _exceeding(cv2.dilate(levels, near), truth)
    return ThresholdCounts(predicted, correct, found, int(np.count_nonzero(mask)))


def _exceeding(levels: np.ndarray, where: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pixels whose level exceeds k = 0…99: all of them, and those where ``where`` is 1."""
    joint = levels | (where << 7)  # levels end at 100, so bit 7 is free: one histogram for both
    histogram = np.zeros(256, np.int64)
    rows = max(1, _EXACT_IN_FLOAT32 // levels.shape[1])
    for top in range(0, len(levels), rows):
        histogram += _histogram(joint[top : top + rows])
    inside = histogram[128:229]
    return _sum_above(histogram[:101] + inside), _sum_above(inside)


def _histogram(values: np.ndarray) -> np.ndarray:
    # OpenCV counts an 8-bit image several times faster than np.bincount, but answers in float32
    return cv2.calcHist([values], [0], None, [256], [0, 256]).ravel().astype(np.int64)


def _sum_above(histogram: np.ndarray) -> np.ndarray:
    """Sum of the bins above k, for k = 0…99."""
    return histogram[:0:-1].cumsum()[::-1].astype(np.int32)
