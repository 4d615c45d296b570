"""GPLL's threshold map: local multi-Otsu thresholds on which all patches agree (section III-C)."""

import itertools
import math

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from mmcrack.pseudo_labels.otsu_search import lowest_thresholds

_BINS = 256
_TILE = 36  # most patches on a side that are looked at together: what they need fits a cache
_PIXELS_AT_ONCE = 1 << 20  # where patches are looked at one by one


def patch_multi_otsu(
    gray: np.ndarray, patch_size: int = 32, stride: int = 8, *, classes: int = 3
) -> np.ndarray:
    """Pixels that are darker than the lowest Otsu threshold of every patch that covers them.

    A patch is scaled to [0, 1] in float64 by its minimum and maximum; dark are its pixels below
    the lowest threshold of scikit-image's ``threshold_multiotsu(patch, classes)``, which has 256
    bins. Where the pixels are in fewer bins than there are classes, none is dark. The image is
    mirrored on the right and at the bottom (``np.pad(mode='reflect')``) to a multiple of the patch
    size, so it may also be smaller than a patch.

    The result equals that of a loop over the patches, pixel by pixel, many times faster
    (docs/benchmarks/gpll.md): histograms are sums over cells of ``stride`` × ``stride`` pixels,
    and the thresholds of all patches are searched together. Other types than uint8 take some five
    times as long, patches whose number of pixels is no power of two some ten times; if that is
    more than 4096, too, the search is no faster than scikit-image's.

    Source: König et al., section III-C, Eq. 5-8.

    Args:
        gray: H×W, integers or finite floats.
        patch_size: Side of a patch, pixels.
        stride: Distance of neighboring patches, pixels; divides ``patch_size``.
        classes: 3, or 2 for the paper's ablation.

    Returns:
        bool H×W, true where dark.

    Raises:
        ValueError: the image has not two dimensions, no pixels or values that are not finite;
            ``stride`` does not divide ``patch_size``; ``classes`` is neither 2 nor 3.
    """
    gray = np.asarray(gray)
    _check(gray, patch_size, stride, classes)
    gray = gray.astype(np.uint8 if gray.dtype in (bool, np.uint8) else np.float64, copy=False)
    padded = np.pad(gray, [(0, -side % patch_size) for side in gray.shape], mode='reflect')
    lowest = _lowest_limits(padded, patch_size, stride, classes)
    return _below_all(gray, lowest, patch_size // stride, stride)


def _check(gray: np.ndarray, patch_size: int, stride: int, classes: int) -> None:
    if gray.ndim != 2 or not gray.size:
        raise ValueError(f'expected a gray image, H×W, got an array of shape {gray.shape}')
    if gray.dtype.kind not in 'buif':
        raise ValueError(f'expected a gray image of integers or floats, got {gray.dtype}')
    if gray.dtype.kind == 'f' and not np.isfinite(gray).all():
        raise ValueError('the gray image has values that are not finite')
    if stride < 1 or patch_size < 1 or patch_size % stride:
        raise ValueError(f'stride={stride} must divide patch_size={patch_size}')
    if classes not in (2, 3):
        raise ValueError(f'classes={classes}: patches are divided into 2 or 3')


def _lowest_limits(padded: np.ndarray, patch_size: int, stride: int, classes: int) -> np.ndarray:
    """Value below which pixels are dark, for each patch; a tile of patches at a time."""
    shape = [(side - patch_size) // stride + 1 for side in padded.shape]
    limits_of, side = _limits_of_bytes, _TILE
    if padded.dtype != np.uint8:
        limits_of, side = _limits, min(_TILE, max(1, math.isqrt(_PIXELS_AT_ONCE) // patch_size))
    limits = np.empty(shape, padded.dtype)
    overlap = patch_size - stride
    for rows, columns in itertools.product(*(_parts(count, side) for count in shape)):
        down, across = (slice(p.start * stride, p.stop * stride + overlap) for p in (rows, columns))
        limits[rows, columns] = limits_of(padded[down, across], patch_size, stride, classes)
    return limits


def _parts(count: int, most: int) -> list[slice]:
    """Even parts of at most so many."""
    ends = np.linspace(0, count, -(-count // most) + 1).astype(int)
    return [slice(*pair) for pair in itertools.pairwise(ends)]


def _limits_of_bytes(tile: np.ndarray, patch_size: int, stride: int, classes: int) -> np.ndarray:
    """Gray value below which pixels are dark, for each patch; 0 where none is."""
    cells = patch_size // stride
    lowest, highest = _extremes(tile, cells, stride)
    shape, start = lowest.shape, int(lowest.min())
    lowest, highest = lowest.ravel().astype(int) - start, highest.ravel().astype(int) - start
    prob = _shares(_histograms(tile - start, highest.max() + 1, cells, stride), patch_size**2)
    bins = _bins(lowest, highest)
    different = np.count_nonzero(prob, axis=0).max()
    if 2 * different < len(prob):  # drop what no patch holds
        order = np.argsort(prob == 0, axis=0, kind='stable')[:different]
        prob, bins = (np.take_along_axis(array, order, axis=0) for array in (prob, bins))
    rows = lowest_thresholds(prob, bins, classes, area=patch_size**2)
    # value - lowest < (highest - lowest) · (bin + ½) / 256
    double = (2 * bins[rows, np.arange(rows.size)].astype(int) + 1) * (highest - lowest)
    limits = start + lowest - (-double // (2 * _BINS))
    return np.where(rows < 0, 0, limits).astype(np.uint8).reshape(shape)


def _extremes(tile: np.ndarray, cells: int, stride: int) -> list[np.ndarray]:
    """Minimum and maximum of each patch."""
    height, width = tile.shape
    pixels = tile.reshape(height // stride, stride, width // stride, stride)
    extremes = []
    for op in (np.minimum, np.maximum):
        of_cells = op.reduce(op.reduce(pixels, axis=1), axis=2)
        extremes.append(_slide(op, _slide(op, of_cells, cells, 0), cells, 1))
    return extremes


def _histograms(tile: np.ndarray, values: int, cells: int, stride: int) -> np.ndarray:
    """Counts of the values 0, 1, … in each patch, values×N."""
    rows, columns = (side // stride for side in tile.shape)
    down, across = (np.arange(side) // stride for side in tile.shape)
    index = tile.astype(np.intp) * (rows * columns) + (down[:, None] * columns + across)
    counts = np.bincount(index.ravel(), minlength=values * rows * columns)
    counts = counts.astype(np.min_scalar_type((cells * stride) ** 2)).reshape(values, rows, columns)
    counts = _slide(np.add, _slide(np.add, counts, cells, 1), cells, 2)
    return counts.reshape(values, -1)


def _bins(lowest: np.ndarray, highest: np.ndarray) -> np.ndarray:
    """Bin of each value in each patch, float32 values×N."""
    bins = np.arange(highest.max() + 1, dtype=np.float32)[:, None] - lowest.astype(np.float32)
    bins *= _BINS
    bins /= np.maximum(highest - lowest, 1).astype(np.float32)  # whole where it should be
    np.floor(bins, out=bins)
    bins[highest, np.arange(highest.size)] = _BINS - 1
    return bins


def _slide(op: np.ufunc, array: np.ndarray, length: int, axis: int) -> np.ndarray:
    """``op`` over all runs of ``length`` along an axis."""
    size = array.shape[axis] - length + 1
    array = np.moveaxis(array, axis, 0)
    result = array[:size]
    for shift in range(1, length):
        result = op(result, array[shift : shift + size])
    return np.moveaxis(result, 0, axis)


def _shares(counts: np.ndarray, area: int) -> np.ndarray:
    """Counts divided by the patch's pixels, rounded to float64 and float32 as scikit-image does."""
    return (np.arange(area + 1) / area).astype(np.float32).take(counts)


def _limits(tile: np.ndarray, patch_size: int, stride: int, classes: int) -> np.ndarray:
    """The smallest value at or above the threshold, for each patch, float64."""
    windows = sliding_window_view(tile, (patch_size, patch_size))[::stride, ::stride]
    shape, area = windows.shape[:2], patch_size**2
    patches = windows.reshape(-1, area)
    lowest, highest = patches.min(axis=1, keepdims=True), patches.max(axis=1, keepdims=True)
    scaled = (patches - lowest) / np.where(highest > lowest, highest - lowest, 1)
    bins = np.minimum(scaled * _BINS, _BINS - 1).astype(np.intp)
    index = bins * len(patches) + np.arange(len(patches))[:, None]
    counts = np.bincount(index.ravel(), minlength=_BINS * len(patches)).reshape(_BINS, -1)
    every_bin = np.repeat(np.arange(_BINS, dtype=np.float32)[:, None], len(patches), axis=1)
    rows = lowest_thresholds(_shares(counts, area), every_bin, classes, area=area)
    threshold = (rows[:, None] + 0.5) / _BINS  # negative where there is none
    return np.where(scaled < threshold, np.inf, patches).min(axis=1).reshape(shape)


def _below_all(gray: np.ndarray, lowest: np.ndarray, cells: int, stride: int) -> np.ndarray:
    """Whether each pixel is below the limits of all patches that cover it."""
    for axis in (0, 1):
        margins = [(0, 0), (0, 0)]
        margins[axis] = (cells - 1, cells - 1)
        lowest = _slide(np.minimum, np.pad(lowest, margins, mode='edge'), cells, axis)
    height, width = gray.shape
    return gray < lowest.repeat(stride, axis=0).repeat(stride, axis=1)[:height, :width]
