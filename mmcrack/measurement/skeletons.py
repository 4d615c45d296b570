"""The skeleton of a large binary image, strip by strip, and how far each of its pixels is inside.

Thinning and distances are local: what becomes of a pixel depends on pixels within a few radii of
the widest crack near it. So a strip with enough rows above and below gives exactly the skeleton
that the whole image gives, in the memory of a strip.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import cv2
import numpy as np

from mmcrack.measurement.thinning import thin

STRIP_PIXELS = 8_000_000
_FIRST_HALO = 64  # rows; enough for cracks 30 pixels wide

BinaryRows = Callable[[int, int], np.ndarray]


class Skeleton(NamedTuple):
    """Pixels of a skeleton, in reading order.

    Attributes:
        row: int64 N.
        column: int64 N.
        radius: float64 N, distance in pixels to the nearest edge between crack and background.
    """

    row: np.ndarray
    column: np.ndarray
    radius: np.ndarray

    def select(self, which: np.ndarray) -> 'Skeleton':
        """Some of the pixels, by a mask or by ascending indices."""
        return Skeleton(*(values[which] for values in self))


def strips(height: int, width: int) -> Iterator[tuple[int, int]]:
    """First row and row after the last of strips of about ``STRIP_PIXELS`` pixels."""
    rows = max(STRIP_PIXELS // max(width, 1), 2 * _FIRST_HALO)
    for first in range(0, height, rows):
        yield first, min(first + rows, height)


def skeletonize_rows(binary: BinaryRows, height: int, first: int, last: int) -> Skeleton:
    """The skeleton of the rows first … last − 1, as thinning the whole image gives it.

    Args:
        binary: Gives the rows from … to (exclusive) of the image as bool.
        height: Of the image.
        first: First row wanted.
        last: Row after the last wanted.
    """
    halo = _FIRST_HALO
    while True:
        top, bottom = max(first - halo, 0), min(last + halo, height)
        window = binary(top, bottom)
        if not window.any():
            return Skeleton(*np.zeros((2, 0), np.int64), np.zeros(0))
        distance = _inside_distance(window, open_top=top > 0, open_bottom=bottom < height)
        needed = _reach(float(distance.max()))
        if needed <= halo or (top == 0 and bottom == height):
            break
        halo = 2 * needed
    row, column = thin(window)
    wanted = (row >= first - top) & (row < last - top)
    row, column = row[wanted], column[wanted]
    return Skeleton(row + top, column, distance[row, column].astype(np.float64) - 0.5)


def _reach(radius: float) -> int:
    """Rows that what happens inside a crack of this radius can depend on.

    An iteration looks two pixels far and removes a layer; along diagonals √2 layers make a pixel.
    """
    return 2 * int(np.ceil(1.5 * radius + 4))


def _inside_distance(window: np.ndarray, *, open_top: bool, open_bottom: bool) -> np.ndarray:
    """Distance to the nearest background pixel; beyond the image all is background."""
    padded = np.pad(window, 1).view(np.uint8)
    padded = padded[int(open_top) : len(padded) - int(open_bottom)]
    distance = cv2.distanceTransform(padded, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return distance[1 - int(open_top) :][: len(window), 1:-1]
