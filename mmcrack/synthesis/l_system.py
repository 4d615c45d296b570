"""Parametric L-system of CoGenSAM, Eq. 1, grown one generation at a time for all branches."""

from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np

from mmcrack.synthesis.rasterize import FIXED
from mmcrack.synthesis.stable_random import StableRandom

TURN = 4096  # angle units of a full turn
_ANGLES = np.arange(TURN) * (2 * np.pi / TURN)
_COS = np.round(np.cos(_ANGLES) * FIXED).astype(np.int64)
_SIN = np.round(np.sin(_ANGLES) * FIXED).astype(np.int64)
_MIN_RADIUS = 728  # 0.711 pixel: covers at least one pixel wherever its centre lies


@dataclass
class Branches:
    """A generation of B lines, each an int64 array of B elements.

    Attributes:
        x: Start, in 1/``FIXED`` pixel.
        y: Start, in 1/``FIXED`` pixel.
        heading: Direction, in 1/``TURN`` turn.
        length: Number of one-pixel steps, at least 1.
        width: Crack width at the start, in 1/``FIXED`` pixel.
    """

    x: np.ndarray
    y: np.ndarray
    heading: np.ndarray
    length: np.ndarray
    width: np.ndarray

    def select(self, index: np.ndarray) -> 'Branches':
        """Return the branches at ``index`` (bool or int)."""
        return Branches(*(getattr(self, field.name)[index] for field in fields(self)))

    def join(self, other: 'Branches') -> 'Branches':
        """Return the branches of both."""
        pairs = ((getattr(self, f.name), getattr(other, f.name)) for f in fields(self))
        return Branches(*(np.concatenate(pair) for pair in pairs))


class Style(NamedTuple):
    """How the lines of one image look; angles in 1/``TURN`` turn, shares in 1/256.

    Attributes:
        grain: Length of the details below over that in a 288×288 image, at least 1.
        bend: Largest deviation of a slow bend (knots 32 pixels apart).
        wander: Largest deviation of the straight pieces of 8 pixels.
        jitter: Largest deviation of pieces of 2 pixels.
        swell: Largest relative change of the width along a line.
        rough: Largest relative change of each side of the contour.
        branching: Probability that a line's tip forks.
        side_angle: Lowest and highest turn of the lesser daughter.
        length_ratio: Lowest and highest daughter length over mother length.
        side_width: Lowest and highest width of the lesser daughter over its mother's.
    """

    grain: int
    bend: int
    wander: int
    jitter: int
    swell: int
    rough: int
    branching: int
    side_angle: tuple[int, int]
    length_ratio: tuple[int, int]
    side_width: tuple[int, int]


def grow(
    roots: Branches, generations: int, shape: tuple[int, int], style: Style, rng: StableRandom
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rewrite A → A[−A][+A] ``generations`` times and trace all lines.

    Args:
        roots: The axiom.
        generations: Number of rewritings.
        shape: Height and width of the image; lines whose tip has left it grow no further.
        style: Parameters of the rule.
        rng: Source of all draws.

    Returns:
        Centres x and y and radii of the discs that make up the lines, for ``draw_discs``.
    """
    discs = []
    for generation in range(generations + 1):
        drawn, tips = _trace(roots, style, rng, ends=generation == generations)
        discs.append(drawn)
        tips = tips.select(_inside(tips, shape))
        if generation == generations or not len(tips.x):
            break
        roots = _fork(tips, style, rng)
    return tuple(np.concatenate(parts) for parts in zip(*discs, strict=True))


def _inside(tips: Branches, shape: tuple[int, int]) -> np.ndarray:
    height, width = shape[0] * FIXED, shape[1] * FIXED
    return (tips.x >= 0) & (tips.x < width) & (tips.y >= 0) & (tips.y < height)


def _fork(tips: Branches, style: Style, rng: StableRandom) -> Branches:
    """Give every tip its two daughters, [−A] and [+A].

    One daughter turns little and keeps most of the width, as the main crack does; the other
    turns by the side angle, is narrower, and is left out with probability 1 − branching.
    """
    count = len(tips.x)
    sign = 2 * rng.integers(0, 2, count) - 1
    main_turn = rng.integers(0, style.bend + 1, count)
    side_turn = rng.integers(*style.side_angle, count)
    ratio = rng.integers(*style.length_ratio, (2, count))
    main = Branches(
        x=tips.x,
        y=tips.y,
        heading=tips.heading - sign * main_turn,
        length=np.maximum(tips.length * ratio[0] >> 8, 2),
        width=tips.width * rng.integers(200, 257, count) >> 8,
    )
    side = Branches(
        x=tips.x,
        y=tips.y,
        heading=tips.heading + sign * side_turn,
        length=np.maximum(tips.length * ratio[1] >> 8, 2),
        width=tips.width * rng.integers(*style.side_width, count) >> 8,
    )
    return main.join(side.select(rng.integers(0, 256, count) < style.branching))


def _trace(
    lines: Branches, style: Style, rng: StableRandom, ends: bool
) -> tuple[tuple[np.ndarray, np.ndarray, np.ndarray], Branches]:
    """Walk along all lines at once; returns their discs and their tips as ``Branches``.

    Lines of the last generation (``ends``) run out to a point.
    """
    count, steps = len(lines.x), int(lines.length.max())
    heading = lines.heading[:, None] + _deviation(rng, (count, steps), style)
    dx, dy = _COS[heading % TURN], _SIN[heading % TURN]
    x = lines.x[:, None] + np.cumsum(dx, axis=1)
    y = lines.y[:, None] + np.cumsum(dy, axis=1)
    swell = _knots(rng, x.shape, 20 * style.grain >> 8, 256 - style.swell, 256)
    width = lines.width[:, None] * swell >> 8
    remaining = lines.length[:, None] - np.arange(steps)
    if ends:
        width = width * np.maximum(remaining, 0) // lines.length[:, None]
    discs = _discs(x, y, dx, dy, width, style, rng)
    drawn = remaining > 0
    last = np.arange(count), lines.length - 1
    tips = Branches(x[last], y[last], lines.heading, lines.length, lines.width)
    return tuple(np.concatenate([part[drawn] for part in parts]) for parts in discs), tips


def _deviation(rng: StableRandom, shape: tuple[int, int], style: Style) -> np.ndarray:
    """Deviation of every step from its line's direction, int64 lines×steps."""
    bend = _knots(rng, shape, 32 * style.grain >> 8, -style.bend, style.bend)
    wander = _pieces(rng, shape, 8 * style.grain >> 8, style.wander)
    return bend + wander + _pieces(rng, shape, 2 * style.grain >> 8, style.jitter)


def _discs(
    x: np.ndarray,
    y: np.ndarray,
    dx: np.ndarray,
    dy: np.ndarray,
    width: np.ndarray,
    style: Style,
    rng: StableRandom,
) -> tuple[tuple[np.ndarray, ...], tuple[np.ndarray, ...], tuple[np.ndarray, ...]]:
    """Cover the band with a core disc and a small disc at each side of every step.

    The side discs carry the contour's roughness, which single discs of the full width would
    smooth away.
    """
    core = np.maximum(width * 5 >> 4, _MIN_RADIUS)
    edge = np.maximum(width * 3 >> 5, _MIN_RADIUS)
    xs, ys, radii = [x], [y], [core]
    for side in (-1, 1):
        reach = 256 - _knots(rng, x.shape, 14 * style.grain >> 8, 0, style.rough)
        reach -= _knots(rng, x.shape, 5 * style.grain >> 8, 0, style.rough >> 1)
        offset = np.maximum((width >> 1) * reach >> 8, edge) - edge
        xs.append(x - side * (offset * dy // FIXED))
        ys.append(y + side * (offset * dx // FIXED))
        radii.append(edge)
    return tuple(xs), tuple(ys), tuple(radii)


def _pieces(rng: StableRandom, shape: tuple[int, int], run: int, most: int) -> np.ndarray:
    """Random values in ±most, each held for ``run`` steps, int64 lines×steps."""
    count, steps = shape
    values = rng.integers(-most, most + 1, (count, -(-steps // run)))
    return np.repeat(values, run, axis=1)[:, :steps]


def _knots(rng: StableRandom, shape: tuple[int, int], gap: int, low: int, high: int) -> np.ndarray:
    """Piecewise linear random values in low … high, a knot every ``gap`` steps."""
    count, steps = shape
    values = rng.integers(low, high + 1, (count, steps // gap + 2))
    step = np.arange(steps)
    index, part = step // gap, step % gap
    return (values[:, index] * (gap - part) + values[:, index + 1] * part) // gap
