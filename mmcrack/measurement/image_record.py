"""The cracks of one image as its JSON file holds them."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from mmcrack.measurement.crack import FIGURES, Crack

SCHEMA = 'mmcrack.measurement/1'
_TOTALS = ('length', 'width_mean', 'width_p95_max', 'width_max')
SUMMARY_COLUMNS = (
    'cracks',
    *(f'{name}_{unit}' for name in _TOTALS for unit in ('px', 'mm')),
    'area_px2',
    'area_mm2',
    'crack_share',
)


def figures(crack: Mapping[str, Any] | None) -> dict[str, Any]:
    """The figures of a crack's record, without its lines; of None, their names."""
    return {name: crack and crack[name] for name in FIGURES}


def crack_record(number: int, crack: Crack) -> dict[str, Any]:
    """A crack's figures, centerlines and widths.

    Args:
        number: From 1, by severity.
        crack: The crack.
    """
    return {
        'id': number,
        **crack.values(),
        'lines': [np.round(line, 2).tolist() for line in crack.lines],
        'widths': [_with_none(width) for width in crack.widths],
    }


def _with_none(widths: np.ndarray) -> list[float | None]:
    rounded = np.round(widths, 3)
    return [value if known else None for value, known in
            zip(rounded.tolist(), np.isfinite(rounded).tolist(), strict=True)]  # fmt: skip


def summary(
    cracks: Sequence[Crack], size: tuple[int, int], mm_per_pixel: float | None
) -> dict[str, Any]:
    """Totals of an image.

    Args:
        cracks: All its cracks.
        size: Height and width of the image in pixels.
        mm_per_pixel: Size of a pixel; None leaves all figures in millimetres None.

    Returns:
        Number of cracks; length and area; share of the image's pixels; mean width, by length;
        the largest 95th percentile and the largest width of any crack. Widths are None without
        cracks.
    """
    length = sum(crack.length for crack in cracks)
    area = sum(crack.area for crack in cracks)
    wide = [crack for crack in cracks if np.isfinite(crack.width_mean)]
    lengths = (
        length,
        _mean(wide),
        max((crack.width_p95 for crack in wide), default=None),
        max((crack.width_max for crack in wide), default=None),
    )
    totals: dict[str, Any] = {'cracks': len(cracks)}
    for name, value in zip(_TOTALS, lengths, strict=True):
        totals[f'{name}_px'] = None if value is None else round(value, 4)
        known = value is not None and mm_per_pixel is not None
        totals[f'{name}_mm'] = round(value * mm_per_pixel, 4) if known else None
    totals['area_px2'] = area
    totals['area_mm2'] = None if mm_per_pixel is None else round(area * mm_per_pixel**2, 4)
    totals['crack_share'] = round(area / (size[0] * size[1]), 8)
    return totals


def _mean(cracks: Sequence[Crack]) -> float | None:
    length = sum(crack.length for crack in cracks)
    return sum(crack.length * crack.width_mean for crack in cracks) / length if length else None
