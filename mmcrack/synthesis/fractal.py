"""Crack masks from random L-systems (CoGenSAM, Eq. 1)."""

from dataclasses import dataclass, fields
from math import isqrt

import numpy as np

from mmcrack.synthesis.l_system import TURN, Branches, Style, grow
from mmcrack.synthesis.rasterize import FIXED, draw_discs
from mmcrack.synthesis.stable_random import StableRandom

_REFERENCE_SIDE = 288  # the size at which widths are given, CoGenSAM's
_ATTEMPTS = 16
_SMALLEST = 8  # pixels; below, no crack has a shape


@dataclass(frozen=True)
class FractalParams:
    """Family of fractals that ``fractal_crack`` draws from; every pair is (lowest, highest).

    Attributes:
        width: Width of a main crack in pixels of a 288×288 image; thin ones are more frequent.
        roots: Number of separate cracks; low numbers are more frequent.
        generations: Number of rewritings of A → A[−A][+A].
        length: Length of the axiom's lines over the image's side.
        length_ratio: Daughter length over mother length.
        side_angle: Turn of the lesser daughter, degrees.
        side_width: Width of the lesser daughter over its mother's.
        branching: Probability that a tip forks; else the line goes on alone.
        bend: Slow change of direction, degrees.
        wander: Deviation of pieces of 8 pixels, degrees.
        jitter: Deviation of pieces of 2 pixels, degrees.
        swell: Relative change of width along a line, below 1.
        rough: Relative change of each side of the contour, below 1.
        area: Share of crack pixels of the image. Images outside are drawn anew, up to 16
            times, after which the one nearest to the range is taken.
    """

    width: tuple[float, float] = (2.0, 36.0)
    roots: tuple[int, int] = (1, 3)
    generations: tuple[int, int] = (2, 6)
    length: tuple[float, float] = (0.12, 0.4)
    length_ratio: tuple[float, float] = (0.65, 1.0)
    side_angle: tuple[float, float] = (25.0, 85.0)
    side_width: tuple[float, float] = (0.3, 0.8)
    branching: tuple[float, float] = (0.0, 0.8)
    bend: tuple[float, float] = (5.0, 35.0)
    wander: tuple[float, float] = (5.0, 45.0)
    jitter: tuple[float, float] = (0.0, 60.0)
    swell: tuple[float, float] = (0.1, 0.8)
    rough: tuple[float, float] = (0.1, 0.7)
    area: tuple[float, float] = (0.005, 0.15)

    def __post_init__(self) -> None:
        """Refuse pairs in the wrong order or below zero."""
        for name, (low, high) in ((f.name, getattr(self, f.name)) for f in fields(self)):
            if not 0 <= low <= high:
                raise ValueError(f'{name} must be (lowest, highest), not negative: {low}, {high}')
        for name in ('branching', 'swell', 'rough', 'side_width', 'area'):
            if getattr(self, name)[1] > 1:
                raise ValueError(f'{name} is a share, at most 1, got {getattr(self, name)}')
        if self.roots[0] < 1 or self.width[0] <= 0:
            raise ValueError('roots must be at least 1 and width above 0')


_DEFAULT = FractalParams()


def fractal_crack(
    size: int | tuple[int, int], seed: int, *, params: FractalParams = _DEFAULT
) -> np.ndarray:
    """Draw a crack-like fractal, X_ori of CoGenSAM's stages I and II.

    All geometry is integer arithmetic on the raw PCG64 stream, so a seed gives the same image
    on every machine and with every NumPy release.

    Args:
        size: Side of a square image, or (height, width), in pixels; at least 8.
        seed: Non-negative integer.
        params: Family of fractals.

    Returns:
        uint8 H×W, 255 on the crack and 0 elsewhere; never empty.

    Raises:
        ValueError: If the size or the seed is out of range.
    """
    shape = as_shape(size)
    best, best_miss = None, None
    for attempt in range(_ATTEMPTS):
        mask = _draw(shape, StableRandom(seed, attempt), params)
        share = np.count_nonzero(mask) / mask.size
        miss = max(params.area[0] - share, share - params.area[1], 0.0)
        if best is None or miss < best_miss:
            best, best_miss = mask, miss
        if best_miss == 0:
            break
    return best


def as_shape(size: int | tuple[int, int]) -> tuple[int, int]:
    """Return (height, width) of a side or a pair; raises ValueError below 8 pixels."""
    height, width = (size, size) if isinstance(size, int | np.integer) else size
    if min(height, width) < _SMALLEST:
        raise ValueError(f'size must be at least {_SMALLEST}×{_SMALLEST}, got {height}×{width}')
    return int(height), int(width)


def _draw(shape: tuple[int, int], rng: StableRandom, params: FractalParams) -> np.ndarray:
    style = _style(shape, rng, params)
    generations = rng.integer(params.generations[0], params.generations[1] + 1)
    return draw_discs(shape, *grow(_axiom(shape, rng, params), generations, shape, style, rng))


def _style(shape: tuple[int, int], rng: StableRandom, params: FractalParams) -> Style:
    """Draw one image's parameters from the family."""

    def angle(bounds: tuple[float, float]) -> int:
        return rng.integer(*_scaled(bounds, TURN / 360))

    return Style(
        grain=max(isqrt(shape[0] * shape[1]) * 256 // _REFERENCE_SIDE, 256),
        bend=angle(params.bend),
        wander=angle(params.wander),
        jitter=angle(params.jitter),
        swell=rng.integer(*_scaled(params.swell, 256)),
        rough=rng.integer(*_scaled(params.rough, 256)),
        branching=rng.skewed(*_scaled(params.branching, 256), 2),
        side_angle=_scaled(params.side_angle, TURN / 360),
        length_ratio=_scaled(params.length_ratio, 256),
        side_width=_scaled(params.side_width, 256),
    )


def _axiom(shape: tuple[int, int], rng: StableRandom, params: FractalParams) -> Branches:
    """Start each crack at a point well inside the image, in two opposite directions."""
    side = isqrt(shape[0] * shape[1])
    count = rng.skewed(params.roots[0], params.roots[1] + 1, 2)
    low, high = _scaled(params.width, FIXED)
    widths = sorted((rng.skewed(low, high, 3) for _ in range(count)), reverse=True)
    heading = rng.integers(0, TURN, count)
    x = rng.integers(shape[1] * FIXED // 8, shape[1] * FIXED * 7 // 8, count)
    y = rng.integers(shape[0] * FIXED // 8, shape[0] * FIXED * 7 // 8, count)
    length = rng.integers(*_scaled(params.length, side), 2 * count)
    return Branches(
        x=np.tile(x, 2),
        y=np.tile(y, 2),
        heading=np.concatenate([heading, heading + TURN // 2]),
        length=np.maximum(length, 2),
        width=np.tile(np.array(widths, dtype=np.int64) * side // _REFERENCE_SIDE, 2),
    )


def _scaled(bounds: tuple[float, float], unit: float) -> tuple[int, int]:
    """Bounds in integer units, the upper one exclusive."""
    return round(bounds[0] * unit), round(bounds[1] * unit) + 1
