"""Windows of a TIFF, without decoding the rest of it."""

from math import prod
from pathlib import Path

import numpy as np
import tifffile
from tifffile import COMPRESSION, PHOTOMETRIC, PLANARCONFIG, TiffFile

from .orientation import Orientation

_ORIENTATION = 274
_GRAY = (PHOTOMETRIC.MINISBLACK, PHOTOMETRIC.MINISWHITE)
_LARGEST_PART = 2**25  # bytes; strips that are most of the picture are no windows
# what tifffile decodes without further packages
_COMPRESSIONS = (COMPRESSION.NONE, COMPRESSION.DEFLATE, COMPRESSION.ADOBE_DEFLATE)


def open_tiff_windows(path: Path) -> 'TiffWindows | None':
    """The first page of a TIFF by windows; None where it can only be decoded as a whole.

    Raises:
        tifffile.TiffFileError: the file is no whole TIFF.
    """
    file = TiffFile(path)
    page = file.pages.first
    readable = (
        page.compression in _COMPRESSIONS
        and page.predictor == 1
        and page.bitspersample in (8, 16)
        and page.dtype in (np.uint8, np.uint16)
        and page.photometric in (*_GRAY, PHOTOMETRIC.RGB)
        and (page.planarconfig == PLANARCONFIG.CONTIG or page.samplesperpixel == 1)
        and page.imagedepth == 1
    )
    small_parts = prod(page.chunks) * page.dtype.itemsize <= _LARGEST_PART if readable else False
    if not (readable and (page.is_memmappable or small_parts)):
        file.close()
        return None
    return TiffWindows(file)


class TiffWindows:
    """The first page of a TIFF; reads the strips or tiles that a window touches.

    Args:
        file: the open file; owned from here on.

    Attributes:
        size: height and width as stored.
        orientation: how the pixels are turned for display.

    Raises:
        ValueError: strips or tiles are missing.
    """

    def __init__(self, file: TiffFile) -> None:
        self._file = file
        self._page: tifffile.TiffPage = file.pages.first
        page = self._page
        self.size = page.imagelength, page.imagewidth
        orientation = page.tags.get(_ORIENTATION)
        self.orientation = Orientation.from_exif(int(orientation.value) if orientation else 1)
        self._in_one_piece = page.is_memmappable
        if self._in_one_piece:
            self._map()  # fails where the file is cut short
        tiled = page.is_tiled
        self._grid_step = (
            page.tilelength if tiled else min(page.rowsperstrip, page.imagelength),
            page.tilewidth if tiled else page.imagewidth,
        )
        self._columns_of_segments = -(-page.imagewidth // self._grid_step[1])
        rows_of_segments = -(-page.imagelength // self._grid_step[0])
        expected = rows_of_segments * self._columns_of_segments
        if len(page.dataoffsets) < expected:
            raise ValueError(
                f'{len(page.dataoffsets)} of {expected} parts of the picture are there'
            )

    def _map(self) -> np.ndarray:
        mapped = self._page.asarray(out='memmap')
        return mapped.reshape(*self.size, self._page.samplesperpixel)

    def read(self, rows: slice, columns: slice) -> np.ndarray:
        """RGB uint8, rows×columns×3."""
        if self._in_one_piece:  # mapped anew: what was read stays in memory as long as the map
            return self._rgb(np.array(self._map()[rows, columns]))
        page = self._page
        shape = rows.stop - rows.start, columns.stop - columns.start, page.samplesperpixel
        window = np.zeros(shape, page.dtype)
        for row in _touched(rows, self._grid_step[0]):
            for column in _touched(columns, self._grid_step[1]):
                self._copy_segment(row * self._columns_of_segments + column, window, rows, columns)
        return self._rgb(window)

    def _copy_segment(self, index: int, window: np.ndarray, rows: slice, columns: slice) -> None:
        """Decode one strip or tile and copy what the window holds of it."""
        page, handle = self._page, self._file.filehandle
        count = page.databytecounts[index]
        if count == 0:  # left out by the writer: zeros
            return
        handle.seek(page.dataoffsets[index])
        data = handle.read(count)
        if len(data) < count:
            raise EOFError(f'the file ends within part {index} of the picture')
        segment, (_, _, top, left, _), _ = page.decode(data, index)
        height, width = segment.shape[1:3]
        first_row, last_row = max(top, rows.start), min(top + height, rows.stop)
        first, last = max(left, columns.start), min(left + width, columns.stop)
        window[
            first_row - rows.start : last_row - rows.start,
            first - columns.start : last - columns.start,
        ] = segment[0, first_row - top : last_row - top, first - left : last - left]

    def _rgb(self, window: np.ndarray) -> np.ndarray:
        if self._page.photometric == PHOTOMETRIC.MINISWHITE:
            window = np.iinfo(window.dtype).max - window
        if window.dtype == np.uint16:
            window = (window >> 8).astype(np.uint8)
        color = self._page.photometric == PHOTOMETRIC.RGB
        return window[..., :3] if color else np.repeat(window[..., :1], 3, axis=2)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def _touched(span: slice, step: int) -> range:
    return range(span.start // step, -(-span.stop // step))
