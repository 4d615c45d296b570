"""The merged files of many images, written image by image: CSV, JSON and GeoJSON."""

import csv
import json
from collections.abc import Collection, Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

from mmcrack.measurement.geojson import collection_name, crack_feature, crs_member
from mmcrack.measurement.georeference import GeoReference
from mmcrack.measurement.image_record import SCHEMA, SUMMARY_COLUMNS, figures
from mmcrack.utils.atomic_files import open_atomically

FORMATS = ('csv', 'json', 'geojson')
_IMAGE_COLUMNS = ('image', 'map', 'photograph', 'width', 'height', 'mm_per_pixel')


def check_formats(formats: Iterable[str]) -> None:
    """Raise ValueError where a format is not known."""
    unknown = sorted(set(formats) - set(FORMATS))
    if unknown:
        raise ValueError(f'unknown format {", ".join(unknown)}; there are {", ".join(FORMATS)}')


def write_tables(out: Path, records: Iterable[Mapping[str, Any]], formats: Collection[str]) -> None:
    """Merge the records of many images.

    Args:
        out: Folder of ``cracks.csv`` and ``images.csv``, ``cracks.json``, ``cracks*.geojson``.
        records: As :func:`mmcrack.measurement.map_file.measure_file` makes them; each is read
            once and let go.
        formats: Of :data:`FORMATS`.

    Raises:
        OSError: a file cannot be written.
    """
    for stale in (*out.glob('cracks*'), *out.glob('images.csv')):
        stale.unlink()  # of an earlier run with more maps or other formats
    with ExitStack() as stack:
        writers = [_WRITERS[kind](out, stack) for kind in FORMATS if kind in formats]
        for record in records:
            for writer in writers:
                writer.add(record)


class _CsvWriter:
    """A row per crack, and a row per image."""

    def __init__(self, out: Path, stack: ExitStack) -> None:
        self.cracks, self.images = (
            csv.writer(stack.enter_context(open_atomically(out / name)), lineterminator='\n')
            for name in ('cracks.csv', 'images.csv')
        )
        self.images.writerow([*_IMAGE_COLUMNS, *SUMMARY_COLUMNS])
        self.cracks.writerow(['image', 'id', *figures(None)])

    def add(self, record: Mapping[str, Any]) -> None:
        named = {**record, **record['summary'], 'image': record['name']}
        named['photograph'] = record['image']
        self.images.writerow([named[key] for key in (*_IMAGE_COLUMNS, *SUMMARY_COLUMNS)])
        for crack in record['cracks']:
            self.cracks.writerow([record['name'], crack['id'], *figures(crack).values()])


class _Elements:
    """A JSON file whose last member is a list, written element by element."""

    def __init__(self, path: Path, head: Mapping[str, Any], key: str, stack: ExitStack) -> None:
        self.file: IO[str] = stack.enter_context(open_atomically(path))
        self.file.write(json.dumps(head)[:-1] + f', "{key}": [')
        self.separator = '\n'
        stack.callback(self.file.write, '\n]}\n')

    def add(self, element: Mapping[str, Any]) -> None:
        self.file.write(self.separator + json.dumps(element, allow_nan=False))
        self.separator = ',\n'


class _JsonWriter:
    """All cracks without their lines."""

    def __init__(self, out: Path, stack: ExitStack) -> None:
        self.elements = _Elements(out / 'cracks.json', {'schema': SCHEMA}, 'cracks', stack)

    def add(self, record: Mapping[str, Any]) -> None:
        for crack in record['cracks']:
            self.elements.add({'image': record['name'], 'id': crack['id'], **figures(crack)})


class _GeoJsonWriter:
    """A collection of features for each reference system."""

    def __init__(self, out: Path, stack: ExitStack) -> None:
        self.out, self.stack = out, stack
        self.collections: dict[str, _Elements] = {}
        self._collection(None)  # is there even where nothing was found

    def _collection(self, reference: GeoReference | None) -> _Elements:
        name = collection_name(reference)
        if name not in self.collections:
            head = {'type': 'FeatureCollection', **crs_member(reference)}
            path = self.out / name
            self.collections[name] = _Elements(path, head, 'features', self.stack)
        return self.collections[name]

    def add(self, record: Mapping[str, Any]) -> None:
        stated = record['georeference']
        reference = GeoReference.from_record(stated) if stated else None
        for crack in record['cracks']:
            feature = crack_feature(record['name'], crack, reference)
            self._collection(reference).add(feature)


_WRITERS = {'csv': _CsvWriter, 'json': _JsonWriter, 'geojson': _GeoJsonWriter}
