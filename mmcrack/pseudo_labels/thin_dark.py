"""Which masks of anything are thin and dark, as cracks are."""

import cv2
import numpy as np


def elongation(mask: np.ndarray) -> float:
    """Length over width of a stripe as large and as wide as a mask.

    The width is four times the mean distance of the mask's pixels from its contour, as it is in a
    stripe; the length is area over width. A branched or bent stripe counts by its whole length; a
    disc has 1.8, a square 2.2. What leaves the image is taken to go on.

    Args:
        mask: bool H×W.

    Returns:
        0 of a mask that is empty, or the whole image.
    """
    if not mask.any() or mask.all():
        return 0.0
    # the transform measures to the next pixel's middle, which is half a pixel beyond the contour
    distance = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 5)[mask] - 0.5
    return float(mask.sum() / (4 * distance.mean()) ** 2)


def darkness(mask: np.ndarray, gray: np.ndarray, *, ring: int = 10) -> float:
    """Mean gray value around a mask, minus that in it.

    Args:
        mask: bool H×W.
        gray: uint8 H×W.
        ring: Width in pixels of what is around.

    Returns:
        Gray levels; 0 of a mask that is empty, or has nothing around.
    """
    around = cv2.dilate(mask.astype(np.uint8), np.ones((2 * ring + 1,) * 2, np.uint8)) > 0
    around &= ~mask
    if not mask.any() or not around.any():
        return 0.0
    return float(gray[around].mean() - gray[mask].mean())
