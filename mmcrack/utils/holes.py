"""Small holes in binary images."""

import cv2
import numpy as np


def small_holes(mask: np.ndarray, area: int) -> np.ndarray:
    """Pixels of small holes.

    Args:
        mask: bool H×W.
        area: Number of pixels that a small hole has at most.

    Returns:
        bool H×W, where background is connected by sides to at most ``area`` pixels and does not
        reach the border of the image.
    """
    background = np.logical_not(mask).view(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(background, connectivity=4)
    left, top, width, height, size = stats.T
    inside = (left > 0) & (left + width < mask.shape[1])
    inside &= (top > 0) & (top + height < mask.shape[0])
    small = inside & (size <= area)
    small[0] = False  # the mask itself
    return small[labels]
