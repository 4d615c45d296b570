"""The size of a pixel from two points a known distance apart."""

import math


def mm_per_pixel_between(
    first: tuple[float, float], second: tuple[float, float], millimetres: float
) -> float:
    """Millimetres per pixel where two points of an image are so many millimetres apart.

    It holds for surfaces that the camera looked at squarely, at that distance.

    Args:
        first: (x, y) in pixels.
        second: (x, y) in pixels.
        millimetres: The distance on the surface.

    Raises:
        ValueError: the points coincide or the distance is not above 0.
    """
    pixels = math.dist(first, second)
    if not (pixels > 0 and math.isfinite(pixels)):
        raise ValueError(f'calibration needs two different points, got {first} and {second}')
    if not (millimetres > 0 and math.isfinite(millimetres)):
        raise ValueError(f'calibration needs a distance above 0 mm, got {millimetres}')
    return millimetres / pixels
