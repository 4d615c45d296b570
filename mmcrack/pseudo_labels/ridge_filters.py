"""Filters for dark lines on uneven surfaces."""

from functools import lru_cache

import cv2
import numpy as np

_DIRECTIONS = 8
_ELONGATION = 3  # of a line filter: along over across
_CLIP = 4.0  # noise units; a single speck is no line


def surroundings(values: np.ndarray, sigma: float) -> np.ndarray:
    """Wide Gaussian mean of a float32 H×W image, computed at a quarter of the size."""
    height, width = values.shape
    size = (max(width // 4, 1), max(height // 4, 1))
    small = cv2.resize(values, size, interpolation=cv2.INTER_AREA)
    blurred = cv2.GaussianBlur(small, (0, 0), sigma / 4, borderType=cv2.BORDER_REFLECT)
    return cv2.resize(blurred, (width, height), interpolation=cv2.INTER_LINEAR)


def slow_trend(values: np.ndarray) -> np.ndarray:
    """The second-degree polynomial nearest to a float32 H×W image: light from a side, vignette."""
    height, width = values.shape
    coarse = cv2.resize(values, (16, 16), interpolation=cv2.INTER_AREA)
    terms = _polynomial((np.arange(16) + 0.5) / 16, (np.arange(16) + 0.5) / 16)
    weights, *_ = np.linalg.lstsq(terms.reshape(-1, 6), coarse.ravel(), rcond=None)
    y = (np.arange(height) + 0.5) / height
    x = (np.arange(width) + 0.5) / width
    return (_polynomial(y, x) @ weights.astype(np.float32)).astype(np.float32)


def _polynomial(y: np.ndarray, x: np.ndarray) -> np.ndarray:
    y, x = np.meshgrid(np.float32(y), np.float32(x), indexing='ij')
    return np.stack([np.ones_like(x), x, y, x * y, x * x, y * y], axis=-1)


def oriented_ridges(
    darkness: np.ndarray, widths: tuple[float, ...], calm: np.ndarray
) -> np.ndarray:
    """Response to dark lines, the largest over eight directions and the given widths.

    A filter is the negative second derivative of a Gaussian across the line, σ its width, and a
    Gaussian three times as wide along it.

    Args:
        darkness: float32 H×W, in units of its noise.
        widths: σ across, pixels.
        calm: float32 H×W, 1 on background; the response is in robust standard deviations of it.
    """
    clipped = np.clip(darkness, -_CLIP, _CLIP)
    return np.maximum.reduce([_standardized(_lines(clipped, width), calm) for width in widths])


def _lines(darkness: np.ndarray, width: float) -> np.ndarray:
    height, length = darkness.shape
    factor = 1
    while width / factor > 1.6 and min(height, length) >= 8 * factor:
        factor *= 2
    size = (max(length // factor, 1), max(height // factor, 1))
    small = cv2.resize(darkness, size, interpolation=cv2.INTER_AREA)
    response = np.maximum.reduce([
        cv2.filter2D(small, -1, kernel, borderType=cv2.BORDER_REFLECT)
        for kernel in _kernels(width / factor)
    ])  # fmt: skip
    return cv2.resize(response, (length, height), interpolation=cv2.INTER_LINEAR)


def _standardized(response: np.ndarray, calm: np.ndarray) -> np.ndarray:
    background = response[calm > 0]
    if not background.size:
        background = response
    middle = np.median(background)
    deviation = 1.4826 * np.median(np.abs(background - middle))
    return (response - middle) / max(float(deviation), 1e-6)


@lru_cache(maxsize=32)
def _kernels(sigma: float) -> tuple[np.ndarray, ...]:
    """Line filters of eight directions, of zero mean and unit norm."""
    radius = int(np.ceil(2.4 * _ELONGATION * sigma))
    y, x = np.mgrid[-radius : radius + 1, -radius : radius + 1].astype(np.float32)
    kernels = []
    for angle in np.arange(_DIRECTIONS) * np.pi / _DIRECTIONS:
        along = x * np.cos(angle) + y * np.sin(angle)
        across = (y * np.cos(angle) - x * np.sin(angle)) / sigma
        kernel = (1 - across**2) * np.exp(-(across**2 + (along / (_ELONGATION * sigma)) ** 2) / 2)
        kernel -= kernel.mean()
        kernels.append((kernel / np.linalg.norm(kernel)).astype(np.float32))
    return tuple(kernels)
