"""Measures the cracks of a map file."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mmcrack.datasets.masks import file_size, size_text
from mmcrack.evaluation.map_files import read_steps
from mmcrack.measurement.georeference import GeoReference, read_georeference
from mmcrack.measurement.image_record import SCHEMA, crack_record, summary
from mmcrack.measurement.measure import check_limits, measure_cracks


class UnreadableMapError(ValueError):
    """A file that should be a map cannot be measured."""


@dataclass(frozen=True)
class MeasureOptions:
    """What decides the figures.

    Attributes:
        threshold: A pixel is crack where the map exceeds it.
        mm_per_pixel: Size of a pixel; None takes it from the geo-reference, where there is one.
        min_length: Shorter cracks are left out, in pixels.
        min_area: Cracks of fewer pixels are left out.
        fill_holes: Holes in cracks of as many pixels or fewer count as crack.

    Raises:
        ValueError: one is out of range.
    """

    threshold: float = 0.5
    mm_per_pixel: float | None = None
    min_length: float = 10.0
    min_area: int = 10
    fill_holes: int = 100

    def __post_init__(self) -> None:
        """Refuse what :func:`mmcrack.measurement.measure_cracks` would refuse, but before it."""
        check_limits(**asdict(self))

    def fingerprint(self) -> str:
        """SHA-256 of the options and of the records' form, in hexadecimal."""
        text = json.dumps([SCHEMA, asdict(self)], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def map_origin(path: Path, photograph: Path | None, options: MeasureOptions) -> dict[str, Any]:
    """What the figures of a map depend on, as its record states it.

    Raises:
        OSError: there is no such file.
    """
    status = path.stat()
    return {
        'map': str(path.absolute()),
        'map_bytes': status.st_size,
        'map_mtime_ns': status.st_mtime_ns,
        'image': str(photograph.absolute()) if photograph else None,
        'options_sha256': options.fingerprint(),
    }


def measure_file(
    name: str, path: Path, photograph: Path | None, options: MeasureOptions
) -> dict[str, Any]:
    """Measure a map file.

    Args:
        name: Of the map.
        path: A gray image of 8 or 16 bits, or a file of floats; if it holds nothing between its
            two ends (0 and 255), it is a mask.
        photograph: The photograph that it belongs to, which may say where it lies.
        options: What decides the figures.

    Returns:
        What is written as JSON.

    Raises:
        UnreadableMapError: the file cannot be read or its geo-reference cannot be used.
    """
    try:
        values = _as_mask_or_map(read_steps(path))
        reference = _reference(path, photograph, values.shape)
        scale = options.mm_per_pixel or (reference and reference.mm_per_pixel)
        cracks = measure_cracks(
            values,
            threshold=options.threshold,
            mm_per_pixel=scale,
            min_length=options.min_length,
            min_area=options.min_area,
            fill_holes=options.fill_holes,
        )
        origin = map_origin(path, photograph, options)
    except (ValueError, OSError) as error:
        text = str(error) if str(path.name) in str(error) else f'{path}: {error}'
        raise UnreadableMapError(text) from error
    source = 'given' if options.mm_per_pixel else 'georeference' if scale else None
    return {
        'schema': SCHEMA,
        'name': name,
        **origin,
        'height': values.shape[0],
        'width': values.shape[1],
        'is_mask': values.dtype == bool,
        'threshold': options.threshold,
        'mm_per_pixel': scale,
        'mm_per_pixel_from': source,
        'georeference': reference and reference.record(),
        'summary': summary(cracks, values.shape, scale),
        'cracks': [crack_record(number, crack) for number, crack in enumerate(cracks, 1)],
    }


def _as_mask_or_map(values: np.ndarray) -> np.ndarray:
    """A map without soft values as bool."""
    if values.dtype.kind != 'u':
        return values
    top = max(int(values.max()), 1)
    ends = top in (1, np.iinfo(values.dtype).max)
    hard = ends and all(((row == 0) | (row == top)).all() for row in values)
    return values > 0 if hard else values


def _reference(path: Path, photograph: Path | None, size: tuple[int, int]) -> GeoReference | None:
    """The map's own reference, else its photograph's."""
    reference = read_georeference(path)
    if reference is not None or photograph is None:
        return reference
    reference = read_georeference(photograph)
    if reference is not None and file_size(photograph) != tuple(size):
        raise ValueError(
            f'{path}: {size_text(*size)}, its photograph {photograph} is '
            f'{size_text(*file_size(photograph))}, so the geo-reference does not fit'
        )
    return reference
