"""The first reading of all measurements: figures, distributions, order."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from mmcrack.engine.progress import with_progress
from mmcrack.report.distributions import Distributions
from mmcrack.report.image_rows import ImageRow, by_severity, image_row
from mmcrack.report.measured_folder import MeasuredFolder, MeasuredImage


@dataclass
class Survey:
    """What is known of all images together.

    Attributes:
        distributions: Of their cracks.
        rows: A row for each, the worst first.
        map_folders: Where the maps are.
        photograph_folders: Where the photographs are.
    """

    distributions: Distributions
    rows: list[ImageRow] = field(default_factory=list)
    map_folders: set[Path] = field(default_factory=set)
    photograph_folders: set[Path] = field(default_factory=set)


def read_survey(
    folder: MeasuredFolder,
    photograph_of: Callable[[MeasuredImage], Path | None],
    *,
    show_progress: bool,
) -> Survey:
    """Read all measurements, one image at a time.

    Args:
        folder: The measurements.
        photograph_of: An image's photograph.
        show_progress: Show a bar on the console.

    Raises:
        ValueError: a file is not as measuring writes it.
        OSError: a file is not there.
    """
    survey = Survey(Distributions(_widest(folder)))
    for name in with_progress(list(folder.entries), show=show_progress):
        image = folder.read(name)
        if image.cracks:
            size = image.mm_per_pixel if folder.unit == 'mm' else 1.0
            survey.distributions.add(image.cracks, size)
        survey.rows.append(image_row(image, folder.unit))
        survey.map_folders.add(image.map.parent)
        photograph = photograph_of(image)
        if photograph is not None:
            survey.photograph_folders.add(photograph.parent)
    survey.rows = by_severity(survey.rows)
    return survey


def _widest(folder: MeasuredFolder) -> float:
    in_mm = folder.unit == 'mm'
    sizes = ((entry.mm_per_pixel or 1.0) if in_mm else 1.0 for entry in folder.entries.values())
    widths = (entry.width_max_px for entry in folder.entries.values())
    return max((width * size for width, size in zip(widths, sizes, strict=True)), default=0.0)
