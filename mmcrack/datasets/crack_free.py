"""Crack-free parts of photographs, found without masks."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from mmcrack.datasets.masks import check_same_size, label_from_mask, read_mask
from mmcrack.datasets.pairs import Pair
from mmcrack.utils.atomic_files import write_atomically

_CELL = 8  # pixels; rectangles begin and end at multiples of it


class Rectangle(NamedTuple):
    """Rows ``top`` to ``bottom`` and columns ``left`` to ``right``, the latter exclusive."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def area(self) -> int:
        """Pixels."""
        return (self.bottom - self.top) * (self.right - self.left)


def largest_free_rectangle(occupied: np.ndarray, *, least: int = 1) -> Rectangle | None:
    """The largest rectangle without an occupied pixel.

    Args:
        occupied: bool H×W.
        least: Least height and width, pixels.

    Returns:
        The one of the largest area, the upper left one of equals; None where there is none.
    """
    height, width = occupied.shape
    free_above = np.zeros(width + 1, int)  # the last one is a sentinel of height 0
    best: Rectangle | None = None
    for row in range(height):
        free_above[:-1] = np.where(occupied[row], 0, free_above[:-1] + 1)
        for found in _below_skyline(free_above, row + 1):
            large_enough = min(found.bottom - found.top, found.right - found.left) >= least
            if large_enough and (best is None or found.area > best.area):
                best = found
    return best


def _below_skyline(heights: np.ndarray, bottom: int) -> Iterator[Rectangle]:
    """Maximal rectangles that stand on ``bottom``, by a stack of rising heights."""
    rising: list[tuple[int, int]] = []  # (left, height)
    for column, height in enumerate(heights.tolist()):
        left = column
        while rising and rising[-1][1] > height:
            left, tall = rising.pop()
            yield Rectangle(bottom - tall, left, bottom, column)
        if height and (not rising or rising[-1][1] < height):
            rising.append((left, height))


def crack_free_crop(
    pair: Pair, *, threshold: float = 0.1, margin: int = 6, least: int = 128
) -> np.ndarray | None:
    """The largest part of a photograph that its label calls free of cracks.

    Args:
        pair: Photograph and soft label.
        threshold: Label value above which a pixel is suspect.
        margin: Pixels around a suspect one that are, too.
        least: Least height and width, pixels.

    Returns:
        BGR uint8 of a multiple of 8 pixels, or None where no part is large enough.

    Raises:
        ValueError: a file cannot be read, or their sizes differ.
    """
    image = cv2.imread(str(pair.image), cv2.IMREAD_COLOR)
    if image is None:
        raise ValueError(f'{pair.image}: cannot be read as an image')
    label = label_from_mask(read_mask(pair.mask), pair.mask, soft=True)
    check_same_size(pair.mask, label.shape, image.shape[:2])
    near = np.ones((2 * margin + 1,) * 2, np.uint8)
    suspect = cv2.dilate((label > threshold).astype(np.uint8), near) > 0
    rows, columns = suspect.shape[0] // _CELL, suspect.shape[1] // _CELL
    cells = suspect[: rows * _CELL, : columns * _CELL].reshape(rows, _CELL, columns, _CELL)
    found = largest_free_rectangle(cells.any(axis=(1, 3)), least=-(-least // _CELL))
    if found is None:
        return None
    top, left, bottom, right = (_CELL * side for side in found)
    return image[top:bottom, left:right]


def write_crack_free(pairs: list[Pair], out: Path, **options) -> Iterator[Path | None]:
    """Write the :func:`crack_free_crop` of each pair as ``out/NAME.png``; yield what was written.

    Args:
        pairs: Photographs and soft labels.
        out: Folder, made where missing.
        **options: Of :func:`crack_free_crop`.
    """
    for pair in pairs:
        crop = crack_free_crop(pair, **options)
        if crop is None:
            yield None
            continue
        path = out / f'{pair.name}.png'
        write_atomically(path, cv2.imencode('.png', crop)[1].tobytes())
        yield path
