"""Pictures of photographs and maps at the size of a page, in bounded memory."""

import base64
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from mmcrack.evaluation.map_files import read_steps
from mmcrack.prediction.photographs import Photograph, open_photograph
from mmcrack.report.measured_folder import MeasuredImage

_STRIP_PIXELS = 8_000_000
_SAME_SHAPE = 0.01  # by which ratios of the sides may differ: maps may be scaled


@dataclass(frozen=True, eq=False)
class Picture:
    """What the cracks are drawn on.

    Attributes:
        pixels: h×w×3 BGR uint8.
        kind: ``photograph``, ``map``, or ``blank`` where neither can be shown.
        trouble: Why it is no photograph.
    """

    pixels: np.ndarray
    kind: str
    trouble: str | None = None


def picture_of(image: MeasuredImage, photograph: Path | None, side: int) -> Picture:
    """The photograph, turned as its EXIF tag says; without one, the map, dark on light.

    Args:
        image: Whose cracks are to be drawn.
        photograph: The file, where there is one.
        side: Largest height and width in pixels.
    """
    size = image.height, image.width
    trouble = 'no photograph given'
    if photograph is not None:
        try:
            return Picture(_photograph(photograph, size, side), 'photograph')
        except (OSError, ValueError) as error:
            trouble = _said(error, photograph)
    try:
        return Picture(_map(image.map, size, side), 'map', trouble)
    except (OSError, ValueError) as error:
        blank = np.full((*_target(size, side), 3), 236, np.uint8)
        return Picture(blank, 'blank', f'{trouble}; {_said(error, image.map)}')


def data_uri(pixels: np.ndarray, quality: int) -> str:
    """A picture as a JPEG in a ``data:`` address."""
    _, jpeg = cv2.imencode('.jpg', pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return f'data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}'


def shrink(pixels: np.ndarray, side: int) -> np.ndarray:
    """The picture at most this high and wide."""
    height, width = _target(pixels.shape[:2], side)
    return cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA)


def _said(error: Exception, path: Path) -> str:
    text = str(error)
    return text if path.name in text else f'{path}: {text}'


def _photograph(path: Path, size: tuple[int, int], side: int) -> np.ndarray:
    with open_photograph(path) as photograph:
        shown = photograph.height, photograph.width
        if abs(shown[0] * size[1] / (shown[1] * size[0]) - 1) > _SAME_SHAPE:
            raise ValueError(
                f'{path}: {shown[0]}×{shown[1]}, its map is {size[0]}×{size[1]}; is it the '
                'right photograph?'
            )
        height, width = _target(size, min(side, max(shown)))
        reduced = _reduced(photograph, max(min(shown[0] // height, shown[1] // width), 1))
    return cv2.resize(reduced, (width, height), interpolation=cv2.INTER_AREA)


def _reduced(photograph: Photograph, factor: int) -> np.ndarray:
    """The photograph so many times smaller, read strip by strip."""
    rows = factor * max(_STRIP_PIXELS // (photograph.width * factor), 1)
    strips = []
    for start in range(0, photograph.height, rows):
        strip = photograph.rows(start, min(start + rows, photograph.height))
        size = max(photograph.width // factor, 1), max(round(len(strip) / factor), 1)
        strips.append(cv2.resize(strip, size, interpolation=cv2.INTER_AREA))
    return np.concatenate(strips)


def _map(path: Path, size: tuple[int, int], side: int) -> np.ndarray:
    values = read_steps(path)
    if values.shape != size:
        raise ValueError(f'{path}: {values.shape[0]}×{values.shape[1]}, when measured {size}')
    height, width = _target(size, side)
    if values.dtype == bool:
        values = values.view(np.uint8)
    top = 1.0 if values.dtype.kind == 'f' else max(int(values.max()), 1)
    if values.dtype in (np.uint8, np.uint16) and top > 1:
        top = np.iinfo(values.dtype).max
    if values.dtype == np.float64 or values.dtype == np.float16:
        values = values.astype(np.float32)
    small = cv2.resize(values, (width, height), interpolation=cv2.INTER_AREA).astype(np.float32)
    gray = 245 - 215 * np.clip(np.nan_to_num(small) / top, 0, 1)
    return np.repeat(gray.astype(np.uint8)[..., None], 3, axis=2)


def _target(size: tuple[int, int], side: int) -> tuple[int, int]:
    factor = min(side / max(size), 1)
    return max(round(size[0] * factor), 1), max(round(size[1] * factor), 1)
