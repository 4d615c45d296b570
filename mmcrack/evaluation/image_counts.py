"""What is kept of one image: a few hundred integers, from which every score follows."""

from dataclasses import dataclass

import numpy as np

from mmcrack.evaluation.centerline import CenterlineCounts, count_centerlines
from mmcrack.evaluation.threshold_counts import HALF, ThresholdCounts, count_at_thresholds


@dataclass(frozen=True, slots=True)
class ImageCounts:
    """Counts of one image.

    Attributes:
        name: File or index of the image.
        thresholds: Counts at all thresholds, with the tolerance.
        overlap: True positives at p > 0.5, without tolerance.
        pixels: Pixels that count, background and crack.
        centerline: Centerline counts at p > 0.5, without tolerance.
    """

    name: str
    thresholds: ThresholdCounts
    overlap: int
    pixels: int
    centerline: CenterlineCounts


def count_image(
    prob: np.ndarray,
    mask: np.ndarray,
    *,
    name: str,
    ignored: np.ndarray | None = None,
    tolerance: float = 0,
) -> ImageCounts:
    """Compare a probability map with its mask.

    Args:
        prob: H×W in [0, 1]; taken as float32.
        mask: H×W, bool or 0 and 1; true where crack.
        name: What errors call the image.
        ignored: bool H×W, true where pixels count nowhere; None: all count.
        tolerance: Distance in pixels, see :func:`count_at_thresholds`.

    Raises:
        ValueError: the shapes differ or are not H×W, the map has NaN or values outside [0, 1],
            the mask other values than 0 and 1, or no pixel counts. The message names the image.
    """
    prob, mask = _checked_prob(prob, name), _checked_mask(mask, name)
    _check_shapes(prob, mask, name)
    pixels = mask.size
    if ignored is not None and ignored.any():
        # background that nobody predicts: in no count but the number of pixels
        prob, mask = np.where(ignored, np.float32(0), prob), mask & ~ignored
        pixels -= int(np.count_nonzero(ignored))
    if pixels == 0:
        raise ValueError(f'{name}: all its pixels are ignored; drop the image')
    pred = prob > np.float32(0.5)
    thresholds = count_at_thresholds(prob, mask, tolerance=tolerance)
    exact = tolerance < 1
    overlap = thresholds.correct[HALF] if exact else np.count_nonzero(pred & mask)
    return ImageCounts(name, thresholds, int(overlap), pixels, count_centerlines(pred, mask))


def _checked_prob(prob: np.ndarray, name: str) -> np.ndarray:
    prob = np.ascontiguousarray(prob, dtype=np.float32)
    if prob.size == 0:
        raise ValueError(f'{name}: the probability map is empty, of shape {prob.shape}')
    low, high = prob.min(), prob.max()
    if np.isnan(low):
        raise ValueError(f'{name}: the probability map has {int(np.isnan(prob).sum())} NaN values')
    if low < 0 or high > 1:
        raise ValueError(
            f'{name}: the probability map ranges from {low:g} to {high:g}, not within [0, 1]; '
            'apply the sigmoid to logits, divide 8-bit values by 255'
        )
    return prob


def _checked_mask(mask: np.ndarray, name: str) -> np.ndarray:
    mask = np.asarray(mask)
    if mask.dtype != bool:
        odd = int(np.count_nonzero((mask != 0) & (mask != 1)))
        if odd:
            raise ValueError(
                f'{name}: {odd} of {mask.size} mask pixels are neither 0 nor 1; evaluation needs '
                'a hard mask (mask > 127 for 8-bit files)'
            )
        mask = mask == 1
    return mask


def _check_shapes(prob: np.ndarray, mask: np.ndarray, name: str) -> None:
    if prob.ndim != 2 or mask.ndim != 2:
        raise ValueError(
            f'{name}: map and mask must be H×W, got the shapes {prob.shape} and {mask.shape}'
        )
    if prob.shape != mask.shape:
        (map_height, map_width), (height, width) = prob.shape, mask.shape
        raise ValueError(
            f'{name}: the probability map is {map_height}×{map_width}, its mask {height}×{width}; '
            'maps are compared at the original image size'
        )
