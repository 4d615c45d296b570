"""Smooth random fields."""

import cv2
import numpy as np

_CUBIC = 0.75  # variance that cubic interpolation leaves of a white grid


def value_noise(
    shape: tuple[int, int],
    cell: float | tuple[float, float],
    rng: np.random.Generator,
    *,
    octaves: int = 1,
) -> np.ndarray:
    """Draw a smooth random field of mean 0 and a standard deviation near 1.

    Args:
        shape: Height and width, pixels.
        cell: Size of its largest details in pixels, or (vertical, horizontal) size.
        rng: Source of all draws.
        octaves: Number of layers; each has half the cell and half the amplitude of the one
            before.

    Returns:
        float32 H×W.
    """
    total = np.zeros(shape, dtype=np.float32)
    for octave in range(octaves):
        cells = np.maximum(np.broadcast_to(cell, 2) / 2**octave, 1)
        total += _layer(shape, cells, rng) * 0.5**octave
    return total / np.float32(np.sqrt(sum(0.25**octave for octave in range(octaves)) * _CUBIC))


def _layer(shape: tuple[int, int], cells: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Enlarge a random grid by ``cells`` and cut a window, so that layers never line up."""
    rows, cols = (int(np.ceil(n / cell)) + 1 for n, cell in zip(shape, cells, strict=True))
    grid = rng.standard_normal((rows, cols), dtype=np.float32)
    height, width = int(np.ceil(rows * cells[0])), int(np.ceil(cols * cells[1]))
    field = cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC)
    top, left = rng.integers(height - shape[0] + 1), rng.integers(width - shape[1] + 1)
    return field[top : top + shape[0], left : left + shape[1]]


def grain(shape: tuple[int, int], sigma: float, rng: np.random.Generator) -> np.ndarray:
    """Draw white noise blurred by ``sigma`` pixels, mean 0 and standard deviation 1."""
    noise = cv2.GaussianBlur(rng.standard_normal(shape, dtype=np.float32), (0, 0), sigma)
    return noise / max(float(noise.std()), 1e-6)


def relief(height: np.ndarray, angle: float) -> np.ndarray:
    """Shade a height field lit from ``angle`` (radians): its slope along the light."""
    slope_x = cv2.Sobel(height, cv2.CV_32F, 1, 0, scale=0.125)
    slope_y = cv2.Sobel(height, cv2.CV_32F, 0, 1, scale=0.125)
    return slope_x * np.float32(np.cos(angle)) + slope_y * np.float32(np.sin(angle))
