"""What is known of one measured crack."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

_LENGTHS = ('length', 'width_mean', 'width_median', 'width_p95', 'width_max')
_AREAS = ('area', 'severity')
FIGURES = (
    *(f'{name}_{unit}' for name in _LENGTHS for unit in ('px', 'mm')),
    *(f'{name}_{unit}' for name in _AREAS for unit in ('px2', 'mm2')),
    'orientation_deg',
    'straightness',
    'branch_points',
    'ends',
    'left',
    'top',
    'box_width',
    'box_height',
)


@dataclass(frozen=True, eq=False)
class Crack:
    """One connected crack. Lengths are in pixels, areas in square pixels.

    Image coordinates are (x, y) in pixels from the image's upper left corner, x to the right and
    y down; the first pixel's centre is (0.5, 0.5).

    Attributes:
        length: Of all its centerlines together, to the crack's ends.
        width_mean: Mean of the widths along the centerlines, by length.
        width_median: Their median, by length.
        width_p95: Their 95th percentile, by length.
        width_max: The largest.
        area: Number of crack pixels.
        orientation: Main direction, in degrees from the image's horizontal counter-clockwise, in
            [0, 180): 0 is horizontal, 90 vertical.
        straightness: How far the directions agree, from 0 (all alike, as in a ring) to 1.
        branch_points: Where three branches or more meet.
        ends: Free ends.
        box: Left, top, width and height in pixels of the bounding box.
        lines: Centerlines, each N×2 (x, y).
        widths: The width at each point of each line, NaN where it was left out.
        mm_per_pixel: Size of a pixel; None where it is not known.

    All widths are NaN where no point has one, as in a blob that is nothing but a junction.
    """

    length: float
    width_mean: float
    width_median: float
    width_p95: float
    width_max: float
    area: int
    orientation: float
    straightness: float
    branch_points: int
    ends: int
    box: tuple[int, int, int, int]
    lines: tuple[np.ndarray, ...]
    widths: tuple[np.ndarray, ...]
    mm_per_pixel: float | None = None

    @property
    def severity(self) -> float:
        """Length × 95th percentile of the width: what cracks are ordered by; 0 without a width."""
        return float(np.nan_to_num(self.length * self.width_p95))

    def values(self) -> dict[str, Any]:
        """All of ``FIGURES`` by name with their unit (``length_px``, ``area_mm2``, …).

        Those in millimetres are None where the size of a pixel is not known, and widths are None
        where there are none.
        """
        scale = self.mm_per_pixel
        figures: dict[str, Any] = {}
        for names, power, suffix in ((_LENGTHS, 1, ''), (_AREAS, 2, '2')):
            for name in names:
                value = getattr(self, name)
                figures[f'{name}_px{suffix}'] = _rounded(value)
                figures[f'{name}_mm{suffix}'] = scale and _rounded(value * scale**power)
        figures |= {
            'orientation_deg': _rounded(self.orientation, 2) % 180,
            'straightness': _rounded(self.straightness),
            'branch_points': self.branch_points,
            'ends': self.ends,
        }
        return figures | dict(
            zip(('left', 'top', 'box_width', 'box_height'), self.box, strict=True)
        )


def _rounded(value: float, digits: int = 4) -> float | int | None:
    if isinstance(value, int):
        return value
    return round(float(value), digits) if np.isfinite(value) else None


def by_severity(cracks: Iterable[Crack]) -> list[Crack]:
    """The worst first; of equals the upper, then the left one."""
    return sorted(cracks, key=lambda crack: (-crack.severity, crack.box[1], crack.box[0]))
