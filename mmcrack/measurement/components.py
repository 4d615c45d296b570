"""Connected components from runs of pixels, so that memory follows the cracks, not the image."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components


@dataclass(frozen=True)
class Components:
    """The 8-connected components of a binary image of which only the runs are known.

    Attributes:
        area: Pixels of each of the K components.
        box: K×4, left, top, width and height in pixels.
        row_length: What a row adds to a key; larger than the image's width.
        starts: Keys of the runs' first pixels, ascending.
        labels: Component of each run.
    """

    area: np.ndarray
    box: np.ndarray
    row_length: int
    starts: np.ndarray
    labels: np.ndarray

    def at(self, row: np.ndarray, column: np.ndarray) -> np.ndarray:
        """The components of pixels that lie in some component."""
        key = row * np.int64(self.row_length) + column
        return self.labels[np.searchsorted(self.starts, key, side='right') - 1]


def find_runs(binary: np.ndarray, first_row: int = 0) -> np.ndarray:
    """The horizontal runs of a strip of an image.

    Args:
        binary: bool H×W.
        first_row: Row of the image that the strip begins with.

    Returns:
        int64 N×3, row, first column and the column after the last, in reading order.
    """
    height, width = binary.shape
    padded = np.zeros((height, width + 1), bool)  # a gap of one pixel between rows
    padded[:, :-1] = binary
    flat = np.append(False, padded)
    row, column = np.divmod(np.flatnonzero(flat[1:] != flat[:-1]), width + 1)
    return np.column_stack([row[::2] + first_row, column.reshape(-1, 2)]).astype(np.int64)


def label_runs(strips: Iterable[np.ndarray], width: int) -> Components:
    """Join runs that touch, also by a corner, to components.

    Args:
        strips: Runs by :func:`find_runs`, from the top of the image to its bottom.
        width: Of the image in pixels.
    """
    runs = np.concatenate([np.zeros((0, 3), np.int64), *strips])
    row, start, stop = runs.T
    row_length = width + 2
    starts, stops = row * row_length + start, row * row_length + stop
    first = np.searchsorted(stops, starts + row_length, side='left')
    beyond = np.searchsorted(starts, stops + row_length, side='right')
    upper, lower = _pairs(first, beyond)
    links = coo_array((np.ones(len(upper), bool), (upper, lower)), shape=(len(runs), len(runs)))
    count, labels = connected_components(links, directed=False)
    return Components(
        area=np.bincount(labels, stop - start, minlength=count).astype(np.int64),
        box=_boxes(runs, labels, count),
        row_length=row_length,
        starts=starts,
        labels=labels,
    )


def _pairs(first: np.ndarray, beyond: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """All (i, j) with first[i] ≤ j < beyond[i]."""
    counts = np.maximum(beyond - first, 0)
    upper = np.repeat(np.arange(len(counts)), counts)
    before = np.cumsum(counts) - counts
    return upper, np.arange(len(upper)) - before[upper] + first[upper]


def _boxes(runs: np.ndarray, labels: np.ndarray, count: int) -> np.ndarray:
    row, start, stop = runs.T
    low = np.full((count, 2), np.iinfo(np.int64).max)
    high = np.zeros((count, 2), np.int64)
    np.minimum.at(low, labels, np.column_stack([start, row]))
    np.maximum.at(high, labels, np.column_stack([stop, row + 1]))
    return np.concatenate([low, high - low], axis=1)
