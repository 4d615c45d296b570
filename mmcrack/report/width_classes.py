"""Classes of width, which decide the colors of centerlines."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from mmcrack.report.distributions import Distributions

# blue to red by way of light yellow, which color-blind readers can order, on a dark outline
PALETTE = ('#4aa3ff', '#9fe3ff', '#fff3a0', '#ffb347', '#ff4b3e', '#e0218a')
NO_WIDTH = '#d8d8d8'
MAX_LIMITS = len(PALETTE) - 1
_SERIES = ((1, 2, 5), (1, 1.5, 2, 3, 5, 7))


class WidthClass(NamedTuple):
    """A class of width.

    Attributes:
        text: Its limits without the unit.
        color: Index into ``PALETTE``.
        length: Length of crack in it.
    """

    text: str
    color: int
    length: float


class WidthClasses:
    """Classes between limits: below the first, …, from the last one on.

    Args:
        limits: Ascending widths above 0, at most five.

    Raises:
        ValueError: they are not.
    """

    def __init__(self, limits: Sequence[float]) -> None:
        if not (np.isfinite(limits).all() and (np.diff([0, *limits]) > 0).all()):
            raise ValueError(f'limits of width must be above 0 and ascend, got {list(limits)}')
        if len(limits) > MAX_LIMITS:
            raise ValueError(f'at most {MAX_LIMITS} limits of width, got {len(limits)}')
        self.limits = np.asarray(limits, np.float64)
        count = len(limits) + 1
        spread = np.linspace(0, len(PALETTE) - 1, count) if count > 1 else [0]
        self.colors = [round(float(position)) for position in spread]

    @classmethod
    def around(cls, distributions: Distributions) -> 'WidthClasses':
        """Round limits over the widths that 90 % of the length has."""
        low, high = distributions.quantile(0.05), distributions.quantile(0.95)
        for series in _SERIES:
            limits = [f * 10.0**p for p in range(-6, 7) for f in series]
            inside = [round(limit, 7) for limit in limits if low < limit < high]
            if len(inside) >= 3:
                break
        return cls(inside[-MAX_LIMITS:])

    def color(self, widths: np.ndarray) -> np.ndarray:
        """Indices into ``PALETTE``, −1 for NaN."""
        index = np.searchsorted(self.limits, widths, side='right')
        return np.where(np.isfinite(widths), np.asarray(self.colors)[index], -1)

    def table(self, distributions: Distributions) -> list[WidthClass]:
        """The classes with the length of crack in each."""
        edges = [f'{limit:g}' for limit in self.limits]
        texts = [f'{low} – {high}' for low, high in pairwise(edges)]
        texts = [f'below {edges[0]}', *texts, f'{edges[-1]} and wider'] if edges else ['all']
        lengths = distributions.between(self.limits)
        rows = zip(texts, self.colors, lengths.tolist(), strict=True)
        return [WidthClass(*row) for row in rows]
