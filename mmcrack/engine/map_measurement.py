"""Measures the cracks of many maps: shared among ranks, resumed where it stopped, merged."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from mmengine.dist import all_gather_object, broadcast_object_list, get_dist_info

from mmcrack.measurement.image_record import SCHEMA
from mmcrack.measurement.map_file import (
    MeasureOptions,
    UnreadableMapError,
    map_origin,
    measure_file,
)
from mmcrack.measurement.tables import check_formats, write_tables
from mmcrack.utils.atomic_files import open_atomically

from .product_folder import ProductFolder
from .progress import with_progress
from .records import read_record

RECORD = 'measurements.json'
FOLDER = 'images'
_SHOWN = 20
_AT_ONCE = 100  # files that ranks exchange at a time


@dataclass
class MeasureReport:
    """What became of the maps, by name.

    Attributes:
        out: The folder of the figures.
        measured: Number of maps that have figures now.
        written: Those that this run measured.
        unreadable: Why the others have none.
        cracks: Number of cracks in all.
    """

    out: Path
    measured: int = 0
    written: list[str] = field(default_factory=list)
    unreadable: dict[str, str] = field(default_factory=dict)
    cracks: int = 0

    def __str__(self) -> str:
        text = (
            f'{self.out}: {self.cracks} cracks in {self.measured} maps, '
            f'{len(self.written)} of them new'
        )
        if not self.unreadable:
            return text
        reasons = [f'\n  {reason}' for reason in list(self.unreadable.values())[:_SHOWN]]
        more = f'\n  and others, all in {RECORD}' if len(self.unreadable) > _SHOWN else ''
        return f'{text}; {len(self.unreadable)} unreadable:{"".join(reasons)}{more}'


def measure_maps(
    maps: dict[str, Path],
    out: str | Path,
    options: MeasureOptions,
    *,
    photographs: dict[str, Path] | None = None,
    formats: Iterable[str] = ('csv', 'json'),
    overwrite: bool = False,
    strict: bool = False,
) -> MeasureReport:
    """Measure maps; what an earlier run with the same options measured is kept.

    The ranks of a process group share the work, on one file system or several; the first one
    merges. docs/measurement.md describes the files.

    Args:
        maps: Files by name.
        out: Folder of the figures; made when missing.
        options: What decides the figures.
        photographs: The photographs by the names of their maps, for geo-references and reports.
        formats: Of ``csv``, ``json`` and ``geojson``, the merged files to write.
        overwrite: Replace figures made with other options.
        strict: Files that cannot be read are an error, once all others are measured.

    Raises:
        FileExistsError: the folder holds figures made with other options.
        UnreadableMapError: with ``strict``.
        ValueError: a format is not known.
        OSError: a file cannot be written.
    """
    out = Path(out)
    formats = tuple(formats)
    check_formats(formats)
    record = {'schema': SCHEMA, **asdict(options), 'options_sha256': options.fingerprint()}
    folder = MeasurementFolder(out, record, overwrite=overwrite)
    folder.prepare()
    report = _gather(_measure_share(maps, photographs or {}, out, options), out)
    measured = sorted(maps.keys() - report.unreadable.keys())
    _bring_together(out, measured)
    images = _merge(out, measured, formats) if get_dist_info()[0] == 0 else []
    report.measured = len(measured)
    report.cracks = sum(image['summary']['cracks'] for image in images)
    finished = not (strict and report.unreadable)
    ending = {'finished': finished, 'unreadable': report.unreadable}
    folder.finish(ending, on_first={'images': images})
    if strict and report.unreadable:
        raise UnreadableMapError(f'repair or remove what cannot be read. {report}')
    return report


def image_path(out: Path, name: str) -> Path:
    """The JSON file of a map."""
    return out / FOLDER / f'{name}.json'


class MeasurementFolder(ProductFolder):
    """The folder of the figures; the merged ones are on the file system of the first rank.

    Args:
        out: the folder.
        record: with ``options_sha256``.
        overwrite: replace figures made with other options.
    """

    record_name = RECORD

    def __init__(self, out: Path, record: dict[str, Any], *, overwrite: bool) -> None:
        super().__init__(out, record)
        self.overwrite = overwrite

    def check(self, earlier: dict[str, Any] | None) -> None:
        """Raise FileExistsError where it holds figures made with other options."""
        if self.overwrite:
            return
        if earlier is None and (self.out / FOLDER).exists():
            raise FileExistsError(
                f'{self.out}: holds a folder {FOLDER!r} that no run recorded; give another folder, '
                'or --overwrite'
            )
        if earlier and earlier.get('options_sha256') != self.record['options_sha256']:
            raise FileExistsError(
                f'{self.out}: holds figures made with other options ({RECORD} lists them); give '
                'another folder, or --overwrite'
            )


def _measure_share(
    maps: dict[str, Path], photographs: dict[str, Path], out: Path, options: MeasureOptions
) -> MeasureReport:
    """Measure those maps of this rank's share that have no figures yet."""
    rank, ranks = get_dist_info()
    share = sorted(maps)[rank::ranks]
    todo = [name for name in share if not _is_done(out, name, maps[name], photographs, options)]
    report = MeasureReport(out)
    for name in with_progress(todo, show=rank == 0):
        try:
            record = measure_file(name, maps[name], photographs.get(name), options)
        except UnreadableMapError as error:
            report.unreadable[name] = str(error)
            image_path(out, name).unlink(missing_ok=True)
            continue
        _write(out, name, json.dumps(record, allow_nan=False))
        report.written.append(name)
    return report


def _is_done(
    out: Path, name: str, path: Path, photographs: dict[str, Path], options: MeasureOptions
) -> bool:
    there = read_record(image_path(out, name))
    if there is None or not path.is_file():
        return False
    return there.items() >= map_origin(path, photographs.get(name), options).items()


def _gather(share: MeasureReport, out: Path) -> MeasureReport:
    shares = all_gather_object(share)
    return MeasureReport(
        out,
        written=sorted(name for part in shares for name in part.written),
        unreadable=dict(sorted(item for part in shares for item in part.unreadable.items())),
    )


def _bring_together(out: Path, names: list[str]) -> None:
    """Copy to the first rank the files that it lacks, because it has another file system."""
    missing = [[name for name in names if not image_path(out, name).is_file()]]
    broadcast_object_list(missing)
    lacking = missing[0]
    for first in range(0, len(lacking), _AT_ONCE):
        part = lacking[first : first + _AT_ONCE]
        ours = {n: p.read_text() for n in part if (p := image_path(out, n)).is_file()}
        for texts in all_gather_object(ours):
            for name, text in texts.items() if get_dist_info()[0] == 0 else ():
                _write(out, name, text)


def _merge(out: Path, names: list[str], formats: tuple[str, ...]) -> list[dict[str, Any]]:
    """Write the merged files; return the images' records without their cracks."""
    images = []

    def records() -> Iterator[dict[str, Any]]:
        for name in names:
            record = read_record(image_path(out, name))
            brief = {key: value for key, value in record.items() if key != 'cracks'}
            images.append({**brief, 'file': f'{FOLDER}/{name}.json'})
            yield record

    write_tables(out, records(), formats)
    return images


def _write(out: Path, name: str, text: str) -> None:
    with open_atomically(image_path(out, name)) as file:
        file.write(text)
