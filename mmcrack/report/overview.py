"""The first and the last part of the overview: totals, charts, settings."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from mmcrack.report.charts import histogram, rose
from mmcrack.report.distributions import Distributions
from mmcrack.report.image_rows import ImageRow, printable, totals
from mmcrack.report.measured_folder import MeasuredFolder
from mmcrack.report.units import area_scale, count_text, length_scale, share_text, width_scale
from mmcrack.report.width_classes import WidthClass
from mmcrack.version import __version__


@dataclass
class Trouble:
    """Something that the reader should know, with the images that it is about."""

    text: str
    entries: list[tuple[str, str]] = field(default_factory=list)


def start_values(
    title: str,
    folder: MeasuredFolder,
    rows: Sequence[ImageRow],
    distributions: Distributions,
    classes: Sequence[WidthClass],
    without_photograph: Mapping[str, str],
) -> dict[str, Any]:
    """What the template of the first part names."""
    total, unit = totals(rows), folder.unit
    measured_length = sum(row.length for row in classes) + distributions.without_width
    largest = max([distributions.without_width, *(row.length for row in classes)])
    return dict(
        title=printable(title),
        version=__version__,
        date=f'{datetime.now().astimezone():%d %B %Y, %H:%M %Z}'.removeprefix('0').strip(),
        scale_text=scale_text(folder),
        unit=unit,
        totals=total,
        total_length=length_scale(unit, total.length).text(total.length),
        widest=width_scale(unit, total.widest or 0).text(total.widest),
        share=share_text(total.crack_share),
        total_area=area_scale(unit, total.area).text(total.area),
        troubles=_troubles(folder, without_photograph),
        chart=histogram(distributions, unit),
        wedges=rose(distributions),
        classes=classes,
        class_scale=length_scale(unit, largest),
        measured_length=measured_length,
        without_width=distributions.without_width,
    )


def scale_text(folder: MeasuredFolder) -> str:
    """The size of a pixel, and where it came from."""
    entries = [entry for entry in folder.entries.values() if entry.mm_per_pixel is not None]
    if not entries:
        return 'in pixels: no scale was given'
    if folder.unit == 'px':
        return (
            f'in pixels: only {len(entries)} of {len(folder.entries)} photographs have a scale '
            '(cracks.csv has their millimetres)'
        )
    low, high = min(e.mm_per_pixel for e in entries), max(e.mm_per_pixel for e in entries)
    span = f'{low:.4g}' if np.isclose(low, high, rtol=1e-4) else f'{low:.4g} to {high:.4g}'
    words = {'given': 'as given', 'georeference': 'from geo-references'}
    sources = sorted({words.get(e.scale_from, 'of unknown origin') for e in entries})
    return f'{span} mm per pixel, {" and ".join(sources)}'


def _troubles(folder: MeasuredFolder, without: Mapping[str, str]) -> list[Trouble]:
    troubles = []
    if not folder.finished:
        troubles.append(Trouble('Measuring stopped before its end; figures may be missing.'))
    if folder.unreadable:
        maps = count_text(len(folder.unreadable), 'map')
        troubles.append(
            Trouble(
                f'{maps} could not be measured and {"is" if len(folder.unreadable) == 1 else "are"}'
                ' not in any figure:',
                [(printable(n), printable(reason)) for n, reason in folder.unreadable.items()],
            )
        )
    if without:
        photographs = count_text(len(without), 'photograph')
        troubles.append(
            Trouble(
                f'{photographs} could not be shown; cracks are drawn on the probability map there:',
                [(printable(name), printable(reason)) for name, reason in without.items()],
            )
        )
    return troubles


def settings(
    folder: MeasuredFolder, folders: Mapping[str, Sequence[Path]]
) -> list[tuple[str, str]]:
    """Names and values of what was set.

    Args:
        folder: The measurements.
        folders: Of maps and photographs, by what is in them.
    """
    return [
        ('Threshold', f'crack where the map exceeds {folder.threshold:g}'),
        ('Left out', f'cracks shorter than {folder.min_length:g} pixels or of fewer than '
         f'{folder.min_area:g} pixels'),
        ('Filled', f'holes in cracks of up to {folder.fill_holes:g} pixels'),
        ('Scale', scale_text(folder)),
        *((name, printable(_listed(paths))) for name, paths in folders.items()),
        ('Measurements', printable(str(folder.path.absolute()))),
        ('Options’ SHA-256', printable(folder.options_sha256)),
        ('Versions', f'mmcrack {__version__}, Python {sys.version.split()[0]}, '
         f'NumPy {np.__version__}'),
    ]  # fmt: skip


def _listed(paths: Sequence[Path]) -> str:
    shown = ', '.join(str(path) for path in paths[:5])
    return f'{shown} and {len(paths) - 5} others' if len(paths) > 5 else shown or 'none'
