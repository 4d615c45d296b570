"""Cracks as GeoJSON features."""

from typing import Any

import cv2
import numpy as np

from mmcrack.measurement.georeference import GeoReference
from mmcrack.measurement.image_record import figures

_TOLERANCE = 0.25  # pixels by which a simplified line may leave the centerline
_WGS84 = 4326


def crack_feature(
    name: str, crack: dict[str, Any], reference: GeoReference | None
) -> dict[str, Any]:
    """A feature of a crack of a JSON file.

    Args:
        name: Of the image.
        crack: An element of ``cracks`` in the image's JSON file.
        reference: Of the image; without one, coordinates are those of the image, in pixels.

    Returns:
        A Feature whose geometry is a MultiLineString of the centerlines, within 0.25 pixel, and
        whose properties are the crack's figures and the image's name.
    """
    lines = [_simplified(np.asarray(line, np.float64)) for line in crack['lines']]
    digits = 3
    if reference is not None:
        lines = [reference.world(line) for line in lines]
        digits = _digits(reference)
    return {
        'type': 'Feature',
        'properties': {'image': name, 'id': crack['id'], **figures(crack)},
        'geometry': {
            'type': 'MultiLineString',
            'coordinates': [np.round(line, digits).tolist() for line in lines if len(line) > 1],
        },
    }


def _simplified(line: np.ndarray) -> np.ndarray:
    """Douglas and Peucker's, from the line's own start, which keeps float32 exact enough."""
    origin = line[0]
    local = (line - origin).astype(np.float32)[:, None]
    return cv2.approxPolyDP(local, _TOLERANCE, closed=False)[:, 0].astype(np.float64) + origin


def _digits(reference: GeoReference) -> int:
    """Digits after the point that keep a hundredth of a pixel."""
    pixel = np.sqrt(abs(np.linalg.det(reference.transform[:, :2])))
    return max(int(np.ceil(-np.log10(pixel / 100))), 0)


def collection_name(reference: GeoReference | None) -> str:
    """The file a feature belongs in: all features of a GeoJSON file share a reference system."""
    if reference is None:
        return 'cracks.geojson'
    return f'cracks_epsg{reference.epsg}.geojson' if reference.epsg else 'cracks_world.geojson'


def crs_member(reference: GeoReference | None) -> dict[str, Any]:
    """The ``crs`` member of a collection; none in WGS 84, RFC 7946's only system.

    For others it is the member of GeoJSON 2008, which GDAL and QGIS write and read.
    """
    if reference is None or reference.epsg in (None, _WGS84):
        return {}
    name = f'urn:ogc:def:crs:EPSG::{reference.epsg}'
    return {'crs': {'type': 'name', 'properties': {'name': name}}}
