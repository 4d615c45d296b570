"""Small holes in cracks: grains and debris that a crack encloses."""

from mmcrack.measurement.sampled_map import SampledMap
from mmcrack.measurement.skeletons import strips
from mmcrack.utils.holes import small_holes


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
        holes = small_holes(sampled.binary(top, bottom), area)[first - top : last - top]
        if holes.any():
            filled = sampled.values.copy() if filled is None else filled
            filled[first:last][holes] = sampled.top
    return sampled if filled is None else SampledMap(filled, sampled.threshold)
