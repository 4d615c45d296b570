"""What a report is made with, and what it holds."""

from dataclasses import dataclass, field
from pathlib import Path

from mmcrack.report.width_classes import WidthClasses

_SHOWN = 5


@dataclass(frozen=True)
class ReportOptions:
    """What decides the look of a report.

    Attributes:
        title: Of the page.
        images: Folder or glob pattern of the photographs, named as their maps; by default those
            that measuring was told of.
        max_images: Most images with pages of their own, the worst; the rest is listed.
        max_megabytes: No further pages once the file is about as large.
        picture_side: Largest height and width of the pictures, in pixels.
        width_limits: Limits of the classes of width, in the report's unit; by default round ones
            around the widths that occur.

    Raises:
        ValueError: one is out of range.
    """

    title: str = 'Crack inspection'
    images: str | None = None
    max_images: int | None = None
    max_megabytes: float = 100.0
    picture_side: int = 1280
    width_limits: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what makes no report."""
        if self.max_images is not None and self.max_images < 0:
            raise ValueError(f'--max-images must not be below 0, got {self.max_images}')
        if not self.max_megabytes > 0:
            raise ValueError(f'--max-megabytes must be above 0, got {self.max_megabytes}')
        if not 64 <= self.picture_side <= 16384:
            raise ValueError(f'--picture-side must be 64 to 16384 pixels, got {self.picture_side}')
        WidthClasses(self.width_limits)


@dataclass
class WrittenReport:
    """What a report holds.

    Attributes:
        out: The file.
        images: Number of images in it.
        pages: Of them, those with pages of their own.
        cracks: Number of cracks.
        without_photograph: Why images with pages do not show their photographs, by name.
        unreadable: Maps that were not measured.
    """

    out: Path
    images: int = 0
    pages: int = 0
    cracks: int = 0
    without_photograph: dict[str, str] = field(default_factory=dict)
    unreadable: int = 0

    def __str__(self) -> str:
        size = self.out.stat().st_size / 1e6
        lines = [
            f'{self.out}: {self.cracks} cracks in {self.images} images, {self.pages} of them with '
            f'a page ({size:.1f} MB)'
        ]
        if self.unreadable:
            lines.append(f'  {self.unreadable} maps could not be measured; the report lists them')
        if self.without_photograph:
            reasons = list(self.without_photograph.values())[:_SHOWN]
            lines.append(
                f'  {len(self.without_photograph)} photographs could not be shown, the maps are '
                'instead; the report lists them:'
            )
            lines += [f'    {reason}' for reason in reasons]
        return '\n'.join(lines)
