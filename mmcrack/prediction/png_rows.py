"""PNG files written by rows, so that a picture need not lie in memory."""

import struct
import zlib
from typing import BinaryIO

import numpy as np

_SIGNATURE = b'\x89PNG\r\n\x1a\n'
_GRAY, _RGB = 0, 2
_FILTER_NONE, _FILTER_UP = 0, 2
_MAX_SIDE = 2**31 - 1


class PngRows:
    """Writes a gray or RGB PNG from top to bottom (PNG specification, third edition).

    Args:
        file: where to; a binary file that is open for writing.
        height: rows that will come.
        width: pixels of each.
        channels: 1 or 3.
        bits: per channel, 8 or 16.
        level: zlib's, 1 (fast) to 9 (small).

    Raises:
        ValueError: no PNG is like that.
    """

    def __init__(
        self,
        file: BinaryIO,
        height: int,
        width: int,
        *,
        channels: int = 1,
        bits: int = 8,
        level: int = 6,
    ) -> None:
        if channels not in (1, 3) or bits not in (8, 16):
            raise ValueError(f'a PNG of {channels} channels of {bits} bits is not written here')
        if not (0 < height <= _MAX_SIDE and 0 < width <= _MAX_SIDE):
            raise ValueError(f'a PNG of {height}×{width} pixels cannot be')
        self._file = file
        self._shape = (width, channels)
        self._dtype = np.dtype('>u1' if bits == 8 else '>u2')
        self._rows_left = height
        self._deflate = zlib.compressobj(level)
        # photographs compress well by the difference to the row above, maps as they are
        self._filter = _FILTER_UP if channels == 3 else _FILTER_NONE
        self._above = np.zeros((1, width * channels * self._dtype.itemsize), np.uint8)
        file.write(_SIGNATURE)
        kind = _RGB if channels == 3 else _GRAY
        self._chunk(b'IHDR', struct.pack('>2I5B', width, height, bits, kind, 0, 0, 0))

    def write(self, rows: np.ndarray) -> None:
        """Append rows.

        Args:
            rows: n×width or n×width×channels, uint8 or uint16 as ``bits`` says; RGB.

        Raises:
            ValueError: they have another shape, or are too many.
        """
        rows = rows.reshape(len(rows), *rows.shape[1:2], -1)
        if rows.shape[1:] != self._shape or len(rows) > self._rows_left:
            raise ValueError(
                f'{rows.shape} does not fit {self._rows_left} rows of {self._shape} each'
            )
        data = np.ascontiguousarray(rows, self._dtype).view(np.uint8).reshape(len(rows), -1)
        lines = np.empty((len(data), 1 + data.shape[1]), np.uint8)
        lines[:, 0] = self._filter
        lines[:, 1:] = data
        if self._filter == _FILTER_UP:
            lines[:, 1:] -= np.concatenate([self._above, data[:-1]])
            self._above = data[-1:].copy()
        self._rows_left -= len(rows)
        compressed = self._deflate.compress(lines)
        if compressed:
            self._chunk(b'IDAT', compressed)

    def finish(self) -> None:
        """Write the end of the picture; the file stays open.

        Raises:
            ValueError: rows are missing.
        """
        if self._rows_left:
            raise ValueError(f'{self._rows_left} rows of the PNG are missing')
        self._chunk(b'IDAT', self._deflate.flush())
        self._chunk(b'IEND', b'')

    def _chunk(self, name: bytes, data: bytes) -> None:
        self._file.write(struct.pack('>I', len(data)) + name)
        self._file.write(data)
        self._file.write(struct.pack('>I', zlib.crc32(data, zlib.crc32(name))))
