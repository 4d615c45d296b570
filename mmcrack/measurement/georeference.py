"""Where a photograph lies in the world: GeoTIFF tags and world files."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tifffile

_TIFF_SUFFIXES = ('.tif', '.tiff')
_METRES = {9001: 1.0, 9002: 0.3048, 9003: 1200 / 3937}  # EPSG codes of linear units
_USER_DEFINED = 32767
_UTM = ((32601, 32660), (32701, 32760), (25828, 25838), (26901, 26923))
_PIXEL_IS_POINT = 2
_MODEL_TAGS = {'scale': 33550, 'tie points': 33922, 'transformation': 34264}
_SQUARE = 0.01  # relative difference up to which the sides of a pixel are one size


@dataclass(frozen=True)
class GeoReference:
    """An affine map from image to world coordinates.

    Attributes:
        transform: 2×3; (X, Y) = transform · (x, y, 1) for x, y in pixels from the upper left
            corner of the image, the first pixel's centre at (0.5, 0.5).
        source: The file it was read from.
        epsg: Code of the coordinate reference system; None where it is not said.
        metres: World units in metres; None for degrees and where it is not said.
    """

    transform: np.ndarray
    source: Path
    epsg: int | None = None
    metres: float | None = None

    @property
    def mm_per_pixel(self) -> float | None:
        """Size of a pixel; None without a unit, or where pixels are no squares."""
        if self.metres is None:
            return None
        across, down = self.transform[:, 0], self.transform[:, 1]
        sides = np.hypot(*across), np.hypot(*down)
        skew = abs(float(across @ down))
        if skew > _SQUARE * sides[0] * sides[1] or abs(sides[0] - sides[1]) > _SQUARE * max(sides):
            return None
        return 1000 * self.metres * float(np.sqrt(sides[0] * sides[1]))

    def world(self, xy: np.ndarray) -> np.ndarray:
        """World coordinates, N×2, of image coordinates, N×2."""
        return xy @ self.transform[:, :2].T + self.transform[:, 2]

    def record(self) -> dict[str, Any]:
        """As it stands in the JSON files."""
        return {
            'source': str(self.source),
            'transform': self.transform.ravel().tolist(),
            'epsg': self.epsg,
            'metres_per_unit': self.metres,
        }

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> 'GeoReference':
        """Undo :meth:`record`."""
        return cls(
            np.reshape(record['transform'], (2, 3)),
            Path(record['source']),
            record['epsg'],
            record['metres_per_unit'],
        )


def read_georeference(path: Path) -> GeoReference | None:
    """What an image file, or the world file beside it, says of its place.

    GeoTIFF tags come before a world file, as in GDAL. World files (``.tfw``, ``.tifw``, ``.jgw``,
    ``.pgw``, ``.wld``, …) name no reference system; a ``.prj`` file beside them may.

    Returns:
        None where nothing is said.

    Raises:
        ValueError: what is said cannot be used; the message names the file.
    """
    reference = _from_tags(path) if path.suffix.lower() in _TIFF_SUFFIXES else None
    if reference is not None:
        return reference
    world = next((file for file in _world_files(path) if file.is_file()), None)
    return None if world is None else _from_world_file(world)


def _from_tags(path: Path) -> GeoReference | None:
    try:
        with tifffile.TiffFile(path) as file:
            page = file.pages[0]
            keys = page.geotiff_tags or {}
            transform = _tag_transform({name: _values(page, name) for name in _MODEL_TAGS}, path)
    except (tifffile.TiffFileError, OSError, IndexError) as error:
        raise ValueError(f'{path}: its TIFF tags cannot be read ({error})') from error
    if transform is None:
        return None
    if keys.get('GTRasterTypeGeoKey') == _PIXEL_IS_POINT:
        transform = _from_pixel_centres(transform)
    projected = _code(keys.get('ProjectedCSTypeGeoKey'))
    epsg = projected or _code(keys.get('GeographicTypeGeoKey'))
    unit = _METRES.get(int(keys.get('ProjLinearUnitsGeoKey') or 0))
    if unit is None and projected and 'ProjLinearUnitsGeoKey' not in keys:
        unit = _metres_of(projected)
    return GeoReference(transform, path, epsg, unit)


def _values(page: tifffile.TiffPage, name: str) -> tuple[float, ...] | None:
    tag = page.tags.get(_MODEL_TAGS[name])
    return None if tag is None else tag.value


def _tag_transform(tags: dict[str, tuple[float, ...] | None], path: Path) -> np.ndarray | None:
    matrix, scale, ties = (tags[name] for name in ('transformation', 'scale', 'tie points'))
    if matrix is not None:
        return _checked(np.reshape(matrix, (4, 4))[:2][:, [0, 1, 3]].astype(np.float64), path)
    if ties is None:
        return None
    if scale is None:
        raise ValueError(
            f'{path}: is tied to the world by ground control points; rectify it '
            '(gdalwarp), or remove the tags'
        )
    wide, high = scale[:2]
    column, row, _, x, y = ties[:5]
    return _checked(np.array([[wide, 0, x - wide * column], [0, -high, y + high * row]]), path)


def _checked(transform: np.ndarray, path: Path) -> np.ndarray:
    if not np.isfinite(transform).all() or np.linalg.det(transform[:, :2]) == 0:
        raise ValueError(f'{path}: its transform to the world is singular: {transform.tolist()}')
    return transform


def _from_pixel_centres(transform: np.ndarray) -> np.ndarray:
    """From a transform of pixel centres at whole numbers to one of pixel corners."""
    moved = transform.copy()
    moved[:, 2] -= transform[:, :2].sum(axis=1) / 2
    return moved


def _code(value: Any) -> int | None:
    return int(value) if value and int(value) != _USER_DEFINED else None


def _metres_of(epsg: int | None) -> float | None:
    """1 for the UTM zones, whose unit needs no look-up."""
    return 1.0 if epsg and any(low <= epsg <= high for low, high in _UTM) else None


def _world_files(path: Path) -> list[Path]:
    suffix = path.suffix[1:]
    endings = [suffix[:1] + suffix[-1:] + 'w', f'{suffix}w', 'wld']
    return [path.with_suffix(f'.{e}') for name in endings for e in (name.lower(), name.upper())]


def _from_world_file(path: Path) -> GeoReference:
    try:
        a, d, b, e, c, f = map(float, path.read_text().split())
    except (ValueError, OSError) as error:
        raise ValueError(f'{path}: a world file has six numbers, one a line ({error})') from error
    transform = _checked(np.array([[a, b, c], [d, e, f]]), path)
    epsg, metres = _from_prj(path)
    return GeoReference(_from_pixel_centres(transform), path, epsg, metres)


def _from_prj(world_file: Path) -> tuple[int | None, float | None]:
    """Code and unit of the reference system in a ``.prj`` file (WKT), where there is one."""
    prj = world_file.with_suffix('.prj')
    if not prj.is_file():
        return None, None
    text = prj.read_text(errors='replace').strip()
    code = re.search(r'(?:AUTHORITY|ID)\["EPSG",\s*"?(\d+)"?\]\s*\]$', text)
    epsg = int(code.group(1)) if code else None
    units = re.findall(r'(?:LENGTH)?UNIT\["[^"]*",\s*([\d.eE+-]+)', text)
    projected = re.match(r'PROJ(?:CS|CRS|ECTEDCRS)\[', text)
    metres = float(units[-1]) if projected and units else None
    return epsg, metres or _metres_of(epsg)
