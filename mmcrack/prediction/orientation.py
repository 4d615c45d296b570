"""EXIF orientation: how the stored pixels of a photograph are turned for display."""

from typing import NamedTuple

import numpy as np


class Orientation(NamedTuple):
    """The turning of a photograph: a transposition, then flips of the displayed axes."""

    transposed: bool = False
    flip_rows: bool = False
    flip_columns: bool = False

    @classmethod
    def from_exif(cls, value: int) -> 'Orientation':
        """Of EXIF's or TIFF's tag 274; values other than 2 to 8 mean that nothing is turned."""
        return _BY_TAG.get(value, cls())

    def displayed_size(self, height: int, width: int) -> tuple[int, int]:
        """Height and width as displayed, of those stored."""
        return (width, height) if self.transposed else (height, width)

    def stored_window(
        self, rows: slice, columns: slice, displayed: tuple[int, int]
    ) -> tuple[slice, slice]:
        """Rows and columns in the file, of those in a displayed image of that height and width."""
        rows = _mirrored(rows, displayed[0]) if self.flip_rows else rows
        columns = _mirrored(columns, displayed[1]) if self.flip_columns else columns
        return (columns, rows) if self.transposed else (rows, columns)

    def turn(self, stored: np.ndarray) -> np.ndarray:
        """H×W or H×W×C pixels of the file as they are displayed; a view."""
        shown = stored.swapaxes(0, 1) if self.transposed else stored
        shown = shown[::-1] if self.flip_rows else shown
        return shown[:, ::-1] if self.flip_columns else shown


def _mirrored(span: slice, length: int) -> slice:
    return slice(length - span.stop, length - span.start)


_BY_TAG = {
    2: Orientation(False, False, True),
    3: Orientation(False, True, True),
    4: Orientation(False, True, False),
    5: Orientation(True, False, False),
    6: Orientation(True, False, True),
    7: Orientation(True, True, True),
    8: Orientation(True, True, False),
}
