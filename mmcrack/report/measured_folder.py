"""A folder of measurements, as :mod:`mmcrack.engine.map_measurement` writes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mmcrack.measurement.image_record import SCHEMA
from mmcrack.report.checked_json import CheckedObject, read_object

RECORD = 'measurements.json'


@dataclass(frozen=True, eq=False)
class MeasuredCrack:
    """A crack; lengths in the report's unit, areas in its square, the lines in pixels.

    Widths are None where the crack has none.

    Attributes:
        id: From 1, by severity.
        lines: Centerlines, each N×2 (x, y), in pixels from the image's upper left corner.
        widths: The width at each of their points in the report's unit, NaN where there is none.
    """

    id: int
    length: float
    width_mean: float | None
    width_median: float | None
    width_p95: float | None
    width_max: float | None
    area: float
    severity: float
    orientation: float
    branch_points: int
    ends: int
    lines: list[np.ndarray]
    widths: list[np.ndarray]


@dataclass(frozen=True, eq=False)
class MeasuredImage:
    """What was measured in one map.

    Attributes:
        name: Of the map.
        map: Path of the map.
        photograph: Path of its photograph, where measuring was told of one.
        width: In pixels.
        height: In pixels.
        is_mask: Whether the map has no soft values.
        mm_per_pixel: Size of a pixel, where it is known.
        cracks: The most severe first.
    """

    name: str
    map: Path
    photograph: Path | None
    width: int
    height: int
    is_mask: bool
    mm_per_pixel: float | None
    cracks: list[MeasuredCrack]


@dataclass(frozen=True)
class ImageEntry:
    """What ``measurements.json`` says of a map.

    Attributes:
        file: The map's own JSON file.
        mm_per_pixel: Size of a pixel, where it is known.
        scale_from: ``given`` or ``georeference``, where it is known.
        cracks: Number of cracks.
        width_max_px: The largest width, in pixels; 0 without any.
    """

    file: Path
    mm_per_pixel: float | None
    scale_from: str | None
    cracks: int
    width_max_px: float


class MeasuredFolder:
    """The measurements of many maps; maps are read one by one.

    Attributes:
        path: The folder.
        threshold: A pixel is crack where the map exceeds it.
        min_length: Shorter cracks were left out, in pixels.
        min_area: Cracks of fewer pixels were left out.
        fill_holes: Holes of as many pixels or fewer were counted as crack.
        options_sha256: Of the options.
        finished: False where measuring stopped at what it could not read.
        unreadable: Why maps have no measurements, by name.
        entries: The measured maps, by name.
        unit: ``mm`` where the size of a pixel is known wherever there are cracks, else ``px``.

    Args:
        path: The folder.

    Raises:
        FileNotFoundError: it holds no ``measurements.json``.
        ValueError: that file is not as measuring writes it; the message names the key.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        record = self._record()
        self.threshold = record.number('threshold')
        self.min_length = record.number('min_length')
        self.min_area = record.number('min_area')
        self.fill_holes = record.number('fill_holes')
        self.options_sha256 = record.text('options_sha256')
        self.finished = record.flag('finished')
        self.unreadable = record.texts('unreadable')
        self.entries: Mapping[str, ImageEntry] = self._entries(record)
        scales = [entry.mm_per_pixel for entry in self.entries.values() if entry.cracks]
        scales = scales or [entry.mm_per_pixel for entry in self.entries.values()]
        self.unit = 'mm' if scales and None not in scales else 'px'

    def _record(self) -> CheckedObject:
        path = self.path / RECORD
        if not path.is_file():
            raise FileNotFoundError(
                f'{path}: no such file; give the folder that "measure" wrote (--out)'
            )
        record = read_object(path)
        _require_schema(record)
        if not record.has('images'):
            raise ValueError(
                f'{path}: measuring has not ended; call it again with the same options'
            )
        return record

    def _entries(self, record: CheckedObject) -> dict[str, ImageEntry]:
        entries: dict[str, ImageEntry] = {}
        root = self.path.resolve()
        for image in record.objects('images'):
            name, file = image.text('name'), image.text('file')
            path = self.path / file
            if '\0' in file or not path.resolve().is_relative_to(root):
                raise ValueError(f"{image.where}: 'file': {file!r} lies outside of {self.path}")
            if name in entries:
                raise ValueError(f"{image.where}: 'name': {name!r} is there twice; measure again")
            summary = image.object('summary')
            entries[name] = ImageEntry(
                path,
                _scale(image),
                image.text('mm_per_pixel_from', optional=True),
                summary.count('cracks'),
                summary.number('width_max_px', above=0, optional=True) or 0.0,
            )
        return entries

    def read(self, name: str) -> MeasuredImage:
        """The measurements of a map.

        Raises:
            OSError: its file is not there.
            ValueError: the file is not as measuring writes it; the message names the key.
        """
        record = read_object(self.entries[name].file)
        _require_schema(record)
        scale = _scale(record)
        cracks = record.objects('cracks')
        if self.unit == 'mm' and cracks and scale is None:
            raise ValueError(
                f"{record.where}: 'mm_per_pixel': is null, and not so in {RECORD}; measure again"
            )
        if record.text('name') != name:
            raise ValueError(f"{record.where}: 'name': expected {name!r}; measure again")
        photograph = record.text('image', optional=True)
        factor = scale if self.unit == 'mm' else 1.0
        return MeasuredImage(
            name,
            Path(record.text('map')),
            None if photograph is None else Path(photograph),
            record.count('width', least=1),
            record.count('height', least=1),
            record.flag('is_mask'),
            scale,
            [self._crack(crack, number, factor) for number, crack in enumerate(cracks, 1)],
        )

    def _crack(self, crack: CheckedObject, number: int, factor: float) -> MeasuredCrack:
        unit, square = self.unit, f'{self.unit}2'
        if crack.count('id') != number:
            raise ValueError(f"{crack.where}: 'id': expected {number}; measure again")
        lines, widths = crack.arrays('lines', 2), crack.arrays('widths', 1)
        if [len(line) for line in lines] != [len(width) for width in widths]:
            raise ValueError(
                f"{crack.where}: 'widths': expected one for each point of 'lines'; measure again"
            )
        return MeasuredCrack(
            id=number,
            length=crack.number(f'length_{unit}', above=0),
            **{
                name: crack.number(f'{name}_{unit}', above=0, optional=True)
                for name in ('width_mean', 'width_median', 'width_p95', 'width_max')
            },
            area=crack.number(f'area_{square}', above=0),
            severity=crack.number(f'severity_{square}', above=0),
            orientation=crack.number('orientation_deg'),
            branch_points=crack.count('branch_points'),
            ends=crack.count('ends'),
            lines=lines,
            widths=[width * factor for width in widths],
        )


def _require_schema(record: CheckedObject) -> None:
    schema = record.text('schema')
    if schema != SCHEMA:
        raise ValueError(
            f"{record.where}: 'schema': expected {SCHEMA!r}, found {schema!r}; measure again with "
            'this version of mmcrack'
        )


def _scale(record: CheckedObject) -> float | None:
    scale = record.number('mm_per_pixel', above=0, optional=True)
    if scale == 0:
        raise ValueError(f"{record.where}: 'mm_per_pixel': expected more than 0; measure again")
    return scale
