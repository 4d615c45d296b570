"""Centerlines over pictures, colored by width: as SVG paths, and drawn into pixels."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np

from mmcrack.report.measured_folder import MeasuredCrack
from mmcrack.report.width_classes import NO_WIDTH, PALETTE, WidthClasses

_OUTLINE = (40, 32, 28)  # BGR
_SHIFT = 4  # bits after the point of positions that OpenCV draws at


class Run(NamedTuple):
    """A piece of a centerline in one class of width.

    Attributes:
        color: Index into ``PALETTE``; −1 without a width.
        points: N×2 (x, y).
    """

    color: int
    points: np.ndarray


@dataclass(frozen=True)
class DrawnCrack:
    """A crack as the template draws it, in coordinates of the picture.

    Attributes:
        id: Of the crack.
        outline: SVG path of all its lines.
        colored: SVG paths by color, −1 for lines without a width.
        label_x: Where its number stands.
        label_y: Where its number stands.
    """

    id: int
    outline: str
    colored: dict[int, str]
    label_x: float
    label_y: float


def draw_svg(crack: MeasuredCrack, classes: WidthClasses, factor: float) -> DrawnCrack:
    """A crack's centerlines as SVG paths.

    Args:
        crack: The crack.
        classes: Of its widths.
        factor: Picture's pixels per pixel of the map.
    """
    colored: dict[int, list[str]] = {}
    for run in runs(crack, classes):
        colored.setdefault(run.color, []).append(_path(run.points * factor))
    longest = max(crack.lines, key=len, default=np.zeros((1, 2)))
    x, y = longest[len(longest) // 2] * factor
    return DrawnCrack(
        crack.id,
        ''.join(_path(line * factor) for line in crack.lines if len(line) > 1),
        {color: ''.join(paths) for color, paths in sorted(colored.items())},
        round(float(x), 1),
        round(float(y), 1),
    )


def draw_pixels(
    pixels: np.ndarray, cracks: Iterable[MeasuredCrack], classes: WidthClasses, factor: float
) -> np.ndarray:
    """A copy of a picture with centerlines.

    Args:
        pixels: h×w×3 BGR uint8.
        cracks: The cracks, the most severe first.
        classes: Of their widths.
        factor: Picture's pixels per pixel of the map.
    """
    drawn = pixels.copy()
    for crack in reversed(list(cracks)):
        pieces = list(runs(crack, classes))
        for run in pieces:
            _draw(drawn, run.points * factor, _OUTLINE, 4)
        for run in pieces:
            color = PALETTE[run.color] if run.color >= 0 else NO_WIDTH
            _draw(drawn, run.points * factor, tuple(bytes.fromhex(color[1:])[::-1]), 2)
    return drawn


def runs(crack: MeasuredCrack, classes: WidthClasses) -> Iterator[Run]:
    """Pieces of its lines whose widths are in one class."""
    for line, widths in zip(crack.lines, crack.widths, strict=True):
        if len(line) < 2:
            continue
        before, after = widths[:-1], widths[1:]
        width = np.where(np.isnan(before), after, np.where(np.isnan(after), before,
                         (before + after) / 2))  # fmt: skip
        color = classes.color(width)
        cuts = np.flatnonzero(np.diff(color)) + 1
        for first, last in zip([0, *cuts], [*cuts, len(color)], strict=True):
            yield Run(int(color[first]), line[first : last + 1])


def _draw(pixels: np.ndarray, points: np.ndarray, color: tuple[int, ...], thickness: int) -> None:
    fixed = np.round((np.clip(points, -1e4, 1e4) - 0.5) * 2**_SHIFT).astype(np.int32)
    cv2.polylines(pixels, [fixed], False, color, thickness, cv2.LINE_AA, _SHIFT)


def _path(points: np.ndarray) -> str:
    """A path of the points that matter: within half of a picture's pixel."""
    origin = points[0]
    local = (points - origin).astype(np.float32)[:, None]
    kept = cv2.approxPolyDP(local, 0.4, closed=False)[:, 0].astype(np.float64) + origin
    tenths = np.round(kept * 10).astype(np.int64)  # whole numbers: rounding must not add up
    steps = ''.join(f'l{x / 10:g} {y / 10:g}' for x, y in np.diff(tenths, axis=0).tolist())
    return f'M{tenths[0, 0] / 10:g} {tenths[0, 1] / 10:g}{steps}'
