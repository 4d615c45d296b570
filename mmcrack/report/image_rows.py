"""What the report's lists say of each image, and of all together."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from mmcrack.report.measured_folder import MeasuredImage

_UNPRINTABLE = re.compile(r'[\x00-\x1f\x7f-\x9f\ufffe\uffff]')


@dataclass(frozen=True)
class ImageRow:
    """An image in lists; figures in the report's unit, None without cracks.

    Attributes:
        name: Of the map.
        severity: Of its worst crack.
        cracks: Number of cracks.
        length: Of all of them.
        worst_width: 95th percentile of the worst crack's widths.
        widest: The largest width of any.
        area: Of all of them.
        pixels: Of the image.
        crack_share: Of the image's area.
    """

    name: str
    severity: float
    cracks: int
    length: float
    worst_width: float | None
    widest: float | None
    area: float
    pixels: int
    crack_share: float

    @property
    def shown_name(self) -> str:
        """The name as text that every browser shows."""
        return printable(self.name)

    @property
    def anchor(self) -> str:
        """The address of its page within the report."""
        return 'image/' + quote(self.name.encode('utf-8', 'surrogatepass'), safe='/')


def printable(text: str) -> str:
    """Text without control characters, and with what is no UTF-8 written out."""
    return _UNPRINTABLE.sub('\ufffd', text.encode('utf-8', 'backslashreplace').decode())


def image_row(image: MeasuredImage, unit: str) -> ImageRow:
    """The row of an image.

    Args:
        image: Its measurements.
        unit: ``px`` or ``mm``.
    """
    cracks = image.cracks
    area = sum(crack.area for crack in cracks)
    pixels = image.width * image.height
    size = image.mm_per_pixel if unit == 'mm' and image.mm_per_pixel else 1.0
    return ImageRow(
        image.name,
        max((crack.severity for crack in cracks), default=0.0),
        len(cracks),
        sum(crack.length for crack in cracks),
        cracks[0].width_p95 if cracks else None,
        _largest([crack.width_max for crack in cracks]),
        area,
        pixels,
        area / (pixels * size * size),
    )


@dataclass(frozen=True)
class Totals:
    """Of all images.

    Attributes:
        images: Number of images.
        with_cracks: Of them, those with cracks.
        cracks: Number of cracks.
        length: Of all cracks.
        widest: The largest width; None without any.
        widest_in: The image that has it.
        area: Of all cracks.
        crack_share: Of the area of all images.
    """

    images: int
    with_cracks: int
    cracks: int
    length: float
    widest: float | None
    widest_in: ImageRow | None
    area: float
    crack_share: float


def totals(rows: Sequence[ImageRow]) -> Totals:
    """Sums and extremes of all rows."""
    widest_in = max(
        (row for row in rows if row.widest is not None), key=lambda row: row.widest, default=None
    )
    pixels = sum(row.pixels for row in rows)
    return Totals(
        len(rows),
        sum(row.cracks > 0 for row in rows),
        sum(row.cracks for row in rows),
        sum(row.length for row in rows),
        widest_in and widest_in.widest,
        widest_in,
        sum(row.area for row in rows),
        sum(row.crack_share * row.pixels for row in rows) / pixels if pixels else 0.0,
    )


def by_severity(rows: Sequence[ImageRow]) -> list[ImageRow]:
    """The worst first; of equals, by name."""
    return sorted(rows, key=lambda row: (-row.severity, -row.length, row.name))


def _largest(values: Sequence[float | None]) -> float | None:
    return max((value for value in values if value is not None), default=None)
