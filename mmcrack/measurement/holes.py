"""Small holes in cracks: grains and debris that a crack encloses."""

import cv2
import numpy as np

from mmcrack.measurement.sampled_map import SampledMap
from mmcrack.measurement.skeletons import strips


def with_filled_holes(sampled: SampledMap, area: int) -> SampledMap:
    """Let small holes be crack.

    A hole is background that is connected by sides, is enclosed by crack and does not reach the
    border of the image. Each would be a loop of the skeleton, and leave no width around it.

    Args:
        sampled: The map or mask, which stays as it is.
        area: Holes of as many pixels or fewer are filled.

    Returns:
        The map with its highest value in the holes; itself where there are none.
    """
    height, width = sampled.shape
    filled = None
    for first, last in strips(height, width) if area else ():
        top, bottom = max(first - area, 0), min(last + area, height)  # a hole is not higher
        holes = _holes(sampled.binary(top, bottom), area)[first - top : last - top]
        if holes.any():
            filled = sampled.values.copy() if filled is None else filled
            filled[first:last][holes] = sampled.top
    return sampled if filled is None else SampledMap(filled, sampled.threshold)


def _holes(crack: np.ndarray, area: int) -> np.ndarray:
    """Pixels of the small holes of a window; what reaches its border is none."""
    background = np.logical_not(crack).view(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(background, connectivity=4)
    left, top, width, height = stats[:, :4].T
    inside = (left > 0) & (left + width < crack.shape[1])
    inside &= (top > 0) & (top + height < crack.shape[0])
    small = inside & (stats[:, cv2.CC_STAT_AREA] <= area)
    small[0] = False  # the crack
    return small[labels]
