"""Geometry of the charts: what the template draws as SVG."""

import math
from dataclasses import dataclass

import numpy as np

from mmcrack.report.distributions import DIRECTIONS, Distributions, nice_step
from mmcrack.report.units import Scale, length_scale, share_text, width_scale

_SHOWN_SHARE = 0.995  # wider ones share the last bar
_BARS = 20
_TICKS = 4


@dataclass(frozen=True)
class Bar:
    """A bar; positions in the chart's coordinates, and what it says."""

    x: float
    y: float
    width: float
    height: float
    text: str


@dataclass(frozen=True)
class Tick:
    """A mark of an axis."""

    at: float
    text: str


@dataclass(frozen=True)
class Histogram:
    """Length of crack over its width.

    Attributes:
        bars: From narrow to wide.
        x_ticks: Widths.
        y_ticks: Lengths.
        x_unit: Of the widths.
        y_unit: Of the lengths.
    """

    WIDTH = 680
    HEIGHT = 350
    LEFT = 66
    RIGHT = 670
    TOP = 12
    BOTTOM = 298

    bars: list[Bar]
    x_ticks: list[Tick]
    y_ticks: list[Tick]
    x_unit: str
    y_unit: str


def histogram(distributions: Distributions, unit: str) -> Histogram | None:
    """Bars of the same width class each; None where no crack has a width.

    Args:
        distributions: Of all cracks.
        unit: ``px`` or ``mm``.
    """
    upper = distributions.quantile(_SHOWN_SHARE)
    if not upper:
        return None
    step = nice_step(max(upper / _BARS, distributions.step))
    count = math.ceil(upper / step * (1 - 1e-9))
    edges = step * np.arange(1, count + 1)
    lengths = distributions.between(edges)
    lengths = lengths if lengths[-1] > 0 else lengths[:-1]
    scale = length_scale(unit, float(lengths.max()))
    rise = nice_step(lengths.max() * scale.factor / _TICKS)
    rises = rise * np.arange(math.ceil(lengths.max() * scale.factor / rise * (1 - 1e-9)) + 1)
    return Histogram(
        _bars(lengths, count, step, rises[-1] / scale.factor, (scale, width_scale(unit, upper))),
        _x_ticks(count, step, len(lengths)),
        [Tick(_y(value / rises[-1]), f'{value:g}') for value in rises],
        unit,
        scale.symbol,
    )


def _bars(
    lengths: np.ndarray, count: int, step: float, top: float, scales: tuple[Scale, Scale]
) -> list[Bar]:
    length_as, width_as = scales
    pitch = (Histogram.RIGHT - Histogram.LEFT) / len(lengths)
    bars = []
    for index, length in enumerate(lengths):
        low, high = index * step, (index + 1) * step
        span = f'{low:g} – {high:g}' if index < count else f'{low:g} and wider'
        text = f'{span} {width_as.symbol}: {length_as.text(length)}'
        text += f' ({share_text(length / lengths.sum())})'
        y = _y(length / top)
        x = Histogram.LEFT + index * pitch + 1
        bars.append(Bar(round(x, 1), y, round(pitch - 2, 1), Histogram.BOTTOM - y, text))
    return bars


def _x_ticks(count: int, step: float, bars: int) -> list[Tick]:
    pitch = (Histogram.RIGHT - Histogram.LEFT) / bars
    every = 1 if bars <= 12 else 2
    ticks = [
        Tick(round(Histogram.LEFT + index * pitch, 1), f'{round(index * step, 9):g}')
        for index in range(0, count + 1, every)
    ]
    if bars > count:  # the last bar has no upper end
        ticks = [tick for tick in ticks if tick.at < Histogram.RIGHT - 1.4 * pitch]
        ticks.append(Tick(round(Histogram.RIGHT - pitch / 2, 1), f'≥ {round(count * step, 9):g}'))
    return ticks


def _y(share: float) -> float:
    return round(Histogram.BOTTOM - share * (Histogram.BOTTOM - Histogram.TOP), 1)


@dataclass(frozen=True)
class Wedge:
    """A sector of the rose and its opposite, as an SVG path, and what it says."""

    path: str
    text: str


def rose(distributions: Distributions, radius: float = 100) -> list[Wedge]:
    """Directions of the cracks: areas of sectors are in proportion to lengths.

    Args:
        distributions: Of all cracks.
        radius: Of the longest sector; the centre is (0, 0).

    Returns:
        A wedge for each of the sectors of 15°; none without cracks.
    """
    lengths = distributions.by_direction
    if not lengths.sum() > 0:
        return []
    half = 90 / DIRECTIONS
    wedges = []
    for index, length in enumerate(lengths):
        middle = index * 180 / DIRECTIONS
        reach = radius * math.sqrt(length / lengths.max())
        paths = [_wedge(middle + turn, half, reach) for turn in (0, 180)]
        wedges.append(Wedge(' '.join(paths), f'{middle:g}°: {share_text(length / lengths.sum())}'))
    return wedges


def _wedge(middle: float, half: float, reach: float) -> str:
    (x1, y1), (x2, y2) = (
        (
            reach * math.cos(math.radians(middle + turn)),
            -reach * math.sin(math.radians(middle + turn)),
        )
        for turn in (-half, half)
    )
    return f'M0 0L{x1:.1f} {y1:.1f}A{reach:.1f} {reach:.1f} 0 0 0 {x2:.1f} {y2:.1f}Z'
