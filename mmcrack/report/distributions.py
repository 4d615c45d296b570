"""How much length of crack is how wide, and how much of it runs in which direction."""

import math
from collections.abc import Iterable

import numpy as np

from mmcrack.report.measured_folder import MeasuredCrack

_LEAST_BINS = 2000
DIRECTIONS = 12  # sectors of 15°


class Distributions:
    """Sums over cracks, crack by crack; memory does not grow with them.

    Args:
        widest: The largest width that is expected; wider ones count as this wide.

    Attributes:
        step: Resolution of widths, a power of ten.
        by_width: Length per bin of ``step``.
        without_width: Length without a width: near junctions and ends.
        by_direction: Length per sector of 15°, the first around the horizontal, counter-clockwise.
    """

    def __init__(self, widest: float) -> None:
        widest = max(widest, 1e-6)
        self.step = 10.0 ** math.floor(math.log10(widest / _LEAST_BINS))
        self.by_width = np.zeros(math.ceil(widest / self.step) + 1)
        self.without_width = 0.0
        self.by_direction = np.zeros(DIRECTIONS)

    def add(self, cracks: Iterable[MeasuredCrack], unit_per_pixel: float) -> None:
        """Add cracks whose lines are in pixels of this size."""
        for crack in cracks:
            for line, width in zip(crack.lines, crack.widths, strict=True):
                self._add_line(line * unit_per_pixel, width)

    def _add_line(self, line: np.ndarray, width: np.ndarray) -> None:
        step = np.diff(line, axis=0)
        length = np.hypot(*step.T)
        weight = (np.append(length, 0) + np.append(0, length)) / 2
        known = np.isfinite(width)
        index = np.minimum(self._bins(width[known]), len(self.by_width) - 1)
        self.by_width += np.bincount(index, weight[known], len(self.by_width))
        self.without_width += float(weight[~known].sum())
        degrees = np.degrees(np.arctan2(-step[:, 1], step[:, 0]))  # y points down
        sector = np.round(degrees * DIRECTIONS / 180).astype(np.int64) % DIRECTIONS
        self.by_direction += np.bincount(sector, length, DIRECTIONS)

    def _bins(self, widths: np.ndarray) -> np.ndarray:
        return (widths / self.step + 1e-6).astype(np.int64)

    def quantile(self, share: float) -> float:
        """The width up to which this share of the length with a width lies; 0 without any."""
        total = np.cumsum(self.by_width)
        if total[-1] <= 0:
            return 0.0
        return float(np.searchsorted(total, share * total[-1] * (1 - 1e-9)) + 1) * self.step

    def between(self, edges: np.ndarray) -> np.ndarray:
        """Length between widths: below the first edge, …, at or above the last one; N + 1 sums."""
        cuts = np.clip(self._bins(np.asarray(edges, np.float64)), 0, len(self.by_width))
        total = np.append(0, np.cumsum(self.by_width))
        return np.diff(total[np.concatenate([[0], cuts, [len(self.by_width)]])])


def nice_step(least: float) -> float:
    """1, 2 or 5 times a power of ten, at least ``least``."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(f * power for f in (1, 2, 5, 10) if f * power >= least * (1 - 1e-9))
