"""Writes the report image by image."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any

from mmcrack.engine.image_listing import list_images
from mmcrack.engine.progress import with_progress
from mmcrack.report.image_page import Look, card, image_page
from mmcrack.report.measured_folder import MeasuredFolder, MeasuredImage
from mmcrack.report.options import ReportOptions, WrittenReport
from mmcrack.report.overview import settings, start_values
from mmcrack.report.pictures import picture_of
from mmcrack.report.rendering import page_assets, render
from mmcrack.report.survey import read_survey
from mmcrack.report.units import length_scale, width_scale
from mmcrack.report.width_classes import WidthClasses
from mmcrack.utils.atomic_files import open_atomically

_BLOCK = 2**20
_SUFFIXES = ('.html', '.htm')


def write_report(
    measured: str | Path,
    out: str | Path,
    options: ReportOptions | None = None,
    *,
    show_progress: bool = False,
) -> WrittenReport:
    """Write what was measured as one HTML file, whole or not at all.

    Images are read one by one, first for the totals and the order, then for their pages.

    Args:
        measured: Folder that measuring wrote.
        out: The file, ``.html``.
        options: How it looks.
        show_progress: Show bars on the console.

    Returns:
        What the report holds.

    Raises:
        FileNotFoundError: there are no measurements, or no photographs.
        ValueError: a file of the measurements is not as measuring writes it, or an option does
            not fit; the message names it.
        OSError: the report cannot be written.
    """
    options, out = options or ReportOptions(), Path(out)
    if out.suffix.lower() not in _SUFFIXES or out.is_dir():
        raise ValueError(f'{out}: give the report a name that ends in .html')
    folder = MeasuredFolder(measured)
    photographs = _find_photographs(options.images, folder)
    writer = _Writer(folder, photographs, options, show_progress)
    return writer.write(out)


def _find_photographs(images: str | None, folder: MeasuredFolder) -> dict[str, Path]:
    """Photographs by the names of their maps.

    Raises:
        FileNotFoundError: there are none.
        ValueError: none has the name of a map.
    """
    if images is None:
        return {}
    found = list_images(images, recursive=any('/' in name for name in folder.entries))
    if folder.entries and not found.keys() & folder.entries.keys():
        raise ValueError(
            f'{images}: no photograph there has the name of a map, as {min(folder.entries)}; '
            f'the first one is {min(found)}'
        )
    return {name: path.absolute() for name, path in found.items() if name in folder.entries}


class _Writer:
    """The state of writing a report."""

    def __init__(
        self,
        folder: MeasuredFolder,
        photographs: dict[str, Path],
        options: ReportOptions,
        show_progress: bool,
    ) -> None:
        self.folder, self.photographs, self.options = folder, photographs, options
        self.show_progress = show_progress
        self.survey = read_survey(folder, self._photograph, show_progress=show_progress)
        self.rows = self.survey.rows
        self.look = self._look()

    def _photograph(self, image: MeasuredImage) -> Path | None:
        return self.photographs.get(image.name, image.photograph)

    def _look(self) -> Look:
        limits, distributions = self.options.width_limits, self.survey.distributions
        classes = WidthClasses(limits) if limits else WidthClasses.around(distributions)
        unit = self.folder.unit
        return Look(
            unit,
            classes,
            classes.table(distributions),
            length_scale(unit, max((row.length for row in self.rows), default=0)),
            width_scale(unit, max((row.worst_width or 0 for row in self.rows), default=0)),
        )

    def write(self, out: Path) -> WrittenReport:
        """Write the file: pictures first, to a side, because the head counts what they lack."""
        report = WrittenReport(out, images=len(self.rows), unreadable=len(self.folder.unreadable))
        report.cracks = sum(row.cracks for row in self.rows)
        assets = page_assets()
        with ExitStack() as stack:
            file = stack.enter_context(open_atomically(out))
            gallery, pages = (stack.enter_context(_spool(out.parent)) for _ in range(2))
            bytes_left = self.options.max_megabytes * 1e6 - sum(map(len, assets.values()))
            self._write_images(gallery, pages, report, bytes_left)
            file.write(render('overview_start.html', **assets, **self._start_values(report)))
            _copy(gallery, file)
            file.write(render('overview_end.html', **self._end_values(report)))
            _copy(pages, file)
            file.write(render('end.html', **assets))
        return report

    def _write_images(
        self, gallery: IO[str], pages: IO[str], report: WrittenReport, bytes_left: float
    ) -> None:
        """Write cards and pages until a limit is reached."""
        names = [row.name for row in self.rows[: self.options.max_images]]
        for number, name in enumerate(with_progress(names, show=self.show_progress), 1):
            image = self.folder.read(name)
            picture = picture_of(image, self._photograph(image), self.options.picture_side)
            if picture.trouble is not None:
                report.without_photograph[name] = picture.trouble
            text = card(self.rows[number - 1], image, picture, self.look)
            page = number, self.rows, image, picture, self.look
            body = image_page(*page, last=number == len(names))
            bytes_left -= len(text) + len(body)
            report.pages = number
            gallery.write(text)
            if bytes_left <= 0:
                pages.write(image_page(*page, last=True))
                break
            pages.write(body)
        if self.show_progress and report.pages < len(names):
            print()  # the bar has not come to its end

    def _start_values(self, report: WrittenReport) -> dict[str, Any]:
        return start_values(
            self.options.title,
            self.folder,
            self.rows,
            self.survey.distributions,
            self.look.class_table,
            report.without_photograph,
        )

    def _end_values(self, report: WrittenReport) -> dict[str, Any]:
        limit = f'the file would exceed {self.options.max_megabytes:g} MB (--max-megabytes)'
        if report.pages == self.options.max_images:
            limit = f'--max-images is {report.pages}'
        folders = {
            'Maps': sorted(self.survey.map_folders),
            'Photographs': sorted(self.survey.photograph_folders),
        }
        return dict(
            pages=report.pages,
            rest=self.rows[report.pages :],
            limit=limit,
            unit=self.folder.unit,
            length_scale=self.look.length_scale,
            width_scale=self.look.width_scale,
            settings=settings(self.folder, folders),
        )


@contextmanager
def _spool(folder: Path) -> Iterator[IO[str]]:
    """A text file without a name, on the disk that the report goes to."""
    with tempfile.TemporaryFile('w+', encoding='utf-8', newline='', dir=folder) as file:
        yield file


def _copy(spool: IO[str], file: IO[str]) -> None:
    spool.seek(0)
    while block := spool.read(_BLOCK):
        file.write(block)
