"""A probability map or mask as measuring reads it: by rows, and between its pixels."""

import numpy as np


class SampledMap:
    """Values in [0, 1] of an array that stays as it is stored.

    Args:
        values: H×W: bool; 8 or 16 bits (divided by 255 or 65535); or floats in [0, 1].
        threshold: A pixel is crack where its value, as float32, exceeds it.

    Attributes:
        top: The stored value that stands for 1.

    Raises:
        ValueError: another shape or type.
    """

    def __init__(self, values: np.ndarray, threshold: float) -> None:
        if values.ndim != 2 or not values.size:
            raise ValueError(f'a map of height × width is needed, not of shape {values.shape}')
        if values.dtype not in (bool, np.uint8, np.uint16) and values.dtype.kind != 'f':
            raise ValueError(f'{values.dtype} values; give bool, uint8, uint16 or floats in [0, 1]')
        self.values = np.ascontiguousarray(values)
        self._flat = self.values.reshape(-1)
        self.threshold = np.float32(threshold)
        top = np.iinfo(values.dtype).max if values.dtype.kind == 'u' else 1
        self.top = top
        self._scale = np.float32(top)
        self.hard = values.dtype == bool
        if values.dtype.kind == 'u':
            steps = np.arange(top + 1).astype(np.float32) / self._scale
            self._highest_below = int(np.flatnonzero(steps <= self.threshold)[-1])

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width in pixels."""
        return self.values.shape

    def binary(self, first: int, last: int) -> np.ndarray:
        """The rows first … last − 1 as bool, crack where the value exceeds the threshold.

        Raises:
            ValueError: a float map has NaN or values outside [0, 1].
        """
        rows = self.values[first:last]
        if self.hard:
            return rows
        if rows.dtype.kind == 'f' and not (rows.min() >= 0 and rows.max() <= 1):
            raise ValueError('the map has NaN or values outside [0, 1]')
        if rows.dtype.kind == 'f':
            return rows.astype(np.float32) > self.threshold
        return rows > self._highest_below

    def sample(self, y: np.ndarray, x: np.ndarray) -> np.ndarray:
        """Bilinear values at positions where pixel centres have whole coordinates.

        Beyond the image there is no crack.

        Args:
            y: Rows, any shape.
            x: Columns, of the same shape.

        Returns:
            float32, of the same shape.
        """
        top, left = np.floor(y).astype(np.int64), np.floor(x).astype(np.int64)
        down, right = (y - top).astype(np.float32), (x - left).astype(np.float32)
        height, width = self.shape
        outside = (top < 0) | (left < 0) | (top >= height - 1) | (left >= width - 1)
        corner = np.where(outside, 0, top * width + left)
        weights = ((1 - down) * (1 - right), (1 - down) * right, down * (1 - right), down * right)
        steps = (0, 1, width, width + 1)
        total = sum(
            weight * self._flat.take(corner + step, mode='clip')
            for weight, step in zip(weights, steps, strict=True)
        )
        at_border = np.nonzero(outside)  # few, so that the rest need no care
        if len(at_border[0]):
            rows, columns = top[at_border], left[at_border]
            total[at_border] = sum(
                weight[at_border] * self._at(rows + down, columns + right)
                for weight, (down, right) in zip(weights, np.ndindex(2, 2), strict=True)
            )
        return total / self._scale

    def _at(self, row: np.ndarray, column: np.ndarray) -> np.ndarray:
        """Stored values, 0 beyond the image."""
        height, width = self.shape
        inside = (row >= 0) & (row < height) & (column >= 0) & (column < width)
        row, column = np.clip(row, 0, height - 1), np.clip(column, 0, width - 1)
        return self.values[row, column] * inside.astype(np.float32)
