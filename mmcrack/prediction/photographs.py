"""Reading of photographs of any common kind and of any size, by rows."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Protocol

import numpy as np
from PIL import Image

from mmcrack.engine.label_generation import UnreadableImageError

from .orientation import Orientation
from .tiff_windows import open_tiff_windows

MAX_MEGAPIXELS = 500.0
_FORMATS = ('BMP', 'JPEG', 'PNG', 'TIFF', 'WEBP')  # PIL's others may start programs
_ORIENTATION = 0x0112
_SUBFILE_TYPE = 254
_REDUCED_OR_MASK = 1 | 4
_EIGHT_BIT_MODES = (
    '1',
    'L',
    'LA',
    'La',
    'P',
    'PA',
    'RGB',
    'RGBA',
    'RGBa',
    'RGBX',
    'CMYK',
    'YCbCr',
)


class PixelSource(Protocol):
    """Stored pixels, by window.

    Attributes:
        size: height and width as stored.
        orientation: how they are turned for display.
    """

    size: tuple[int, int]
    orientation: Orientation

    def read(self, rows: slice, columns: slice) -> np.ndarray:
        """RGB uint8, rows×columns×3."""

    def close(self) -> None:
        """Let go of the file."""


class Photograph:
    """An open photograph, in the orientation in which it is displayed.

    Attributes:
        path: the file.
        height: pixels, as displayed.
        width: pixels, as displayed.
    """

    def __init__(self, path: Path, source: PixelSource) -> None:
        self.path = path
        self._source = source
        self.height, self.width = source.orientation.displayed_size(*source.size)

    def rows(self, start: int, stop: int) -> np.ndarray:
        """BGR uint8, (stop − start)×width×3.

        Raises:
            UnreadableImageError: the file is damaged there.
        """
        orientation = self._source.orientation
        window = orientation.stored_window(
            slice(start, stop), slice(0, self.width), (self.height, self.width)
        )
        with _as_unreadable(self.path):
            stored = self._source.read(*window)
        return np.ascontiguousarray(orientation.turn(stored)[..., ::-1])

    def __enter__(self) -> 'Photograph':
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._source.close()


def open_photograph(path: str | Path, *, max_megapixels: float = MAX_MEGAPIXELS) -> Photograph:
    """Open a photograph; close it by ``with``.

    JPEG, PNG, TIFF, BMP and WebP of 1, 8 or 16 bits, gray, RGB, palette or CMYK. The pixels are
    those that mmcv's ``LoadImageFromFile`` gives, for the kinds that it reads: turned by the EXIF
    orientation, 16 bits divided by 256, gray repeated three times, transparency dropped.

    A TIFF that is not compressed, or by deflate, is read by windows; everything else is decoded
    once (4 bytes per pixel in color, 1 in gray). Pages after the first must be reduced copies or
    masks of it. Nothing in a file is run, and formats for which PIL would start a program are
    refused.

    Args:
        path: The file.
        max_megapixels: Limit on the size that its header declares, against decompression bombs.

    Raises:
        FileNotFoundError: there is no such file.
        UnreadableImageError: it is damaged, cut short, too large, or of another kind.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f'{path}: no such photograph')
    with _as_unreadable(path), _no_limit_of_pillow():
        image = Image.open(path, formats=_FORMATS)
        try:
            source = _source(image, path, max_megapixels)
        except BaseException:
            image.close()
            raise
    return Photograph(path, source)


def _source(image: Image.Image, path: Path, max_megapixels: float) -> PixelSource:
    if image.width * image.height > max_megapixels * 1e6:
        raise ValueError(
            f'{image.height}×{image.width} pixels, above the limit of {max_megapixels:g} '
            'megapixels; raise it (--max-megapixels) if the file is what it should be'
        )
    if image.format == 'TIFF':
        _require_single_page(image)
        windows = open_tiff_windows(path)
        if windows is not None:
            image.close()
            return windows
    return DecodedImage(image)


def _require_single_page(image: Image.Image) -> None:
    pages = getattr(image, 'n_frames', 1)
    for page in range(1, pages):
        image.seek(page)
        if not image.tag_v2.get(_SUBFILE_TYPE, 0) & _REDUCED_OR_MASK:
            raise ValueError(f'a TIFF of {pages} pages; split it into files of one page')
    image.seek(0)


class DecodedImage:
    """A picture that PIL has decoded, converted to RGB window by window.

    Args:
        image: an open picture; owned from here on.

    Attributes:
        size: height and width as stored.
        orientation: how the pixels are turned for display.

    Raises:
        ValueError: its pixels are neither 1 nor 8 nor 16 bits.
    """

    def __init__(self, image: Image.Image) -> None:
        sixteen_bits = image.mode.startswith('I;16')
        sixteen_bits |= image.mode == 'I' and image.format == 'PNG'  # so before Pillow 10.3
        if not sixteen_bits and image.mode not in _EIGHT_BIT_MODES:
            raise ValueError(
                f'pixels of kind {image.mode}; save it with 8 or 16 bits, as gray or RGB'
            )
        image.load()
        self.size = image.height, image.width
        # after loading: PIL turns TIFF itself, and says so here
        self.orientation = Orientation.from_exif(image.getexif().get(_ORIENTATION, 1))
        self._image = image
        self._sixteen_bits = sixteen_bits

    def read(self, rows: slice, columns: slice) -> np.ndarray:
        """RGB uint8, rows×columns×3."""
        with _no_limit_of_pillow():
            part = self._image.crop((columns.start, rows.start, columns.stop, rows.stop))
        if not self._sixteen_bits:
            return np.asarray(part.convert('RGB'))
        gray = (np.asarray(part).astype(np.uint32) >> 8).astype(np.uint8)
        return np.repeat(gray[..., None], 3, axis=2)

    def close(self) -> None:
        """Let go of the pixels."""
        self._image.close()


@contextmanager
def _as_unreadable(path: Path) -> Iterator[None]:
    try:
        yield
    except UnreadableImageError:
        raise
    except Exception as error:  # decoders raise many kinds on damaged files
        raise UnreadableImageError(
            f'{path}: cannot be read as a photograph ({type(error).__name__}: {error})'
        ) from error


@contextmanager
def _no_limit_of_pillow() -> Iterator[None]:
    """Ours names the file and the option, PIL's warns first and has neither."""
    limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
    try:
        yield
    finally:
        Image.MAX_IMAGE_PIXELS = limit
