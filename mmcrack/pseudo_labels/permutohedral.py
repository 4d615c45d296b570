"""Gaussian filtering of scattered values on the permutohedral lattice."""

import math

import numpy as np
from scipy import sparse


class PermutohedralFilter:
    r"""Sums over all points, weighted by a Gaussian of their features' distance.

    Each point is spread over the d + 1 corners of the lattice simplex that its features lie in,
    the lattice is blurred along its d + 1 directions, and the points read their corners again. Up
    to a constant factor this comes near :math:`y_i = \sum_j \exp(-|f_i - f_j|^2 / 2)\, x_j`, in a
    time that grows with the number of points alone.

    Args:
        features: N×d floats, each divided by its standard deviation.

    Raises:
        ValueError: the features span too many standard deviations to number the lattice.

    Source: Adams, Baek and Davis, Fast High-Dimensional Filtering Using the Permutohedral
    Lattice, 2010; the filter in Krähenbühl and Koltun's program.
    """

    def __init__(self, features: np.ndarray) -> None:
        turns, order, weights = _simplices(np.asarray(features, np.float32))
        codes, steps = _number(turns, order)
        points, index = np.unique(codes, return_inverse=True)
        starts = np.arange(0, codes.size + 1, codes.shape[1])
        shape = (len(codes), points.size)
        self._slice = sparse.csr_matrix((weights.ravel(), index.ravel(), starts), shape)
        self._splat = self._slice.T.tocsr()
        self._neighbors = [(_find(points, -step), _find(points, step)) for step in steps]

    def __call__(self, values: np.ndarray) -> np.ndarray:
        """Filter N values; float32 N."""
        lattice = np.append(self._splat @ values, np.float32(0))  # the last one: outside
        for before, after in self._neighbors:
            lattice[:-1] += (lattice[before] + lattice[after]) / 2
        return self._slice @ lattice[:-1]


def _simplices(features: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The simplex around each point.

    Lattice points have d + 1 coordinates of sum 0, all the same modulo d + 1: k for corner k.

    Returns:
        Corner 0 divided by d + 1, int N×(d+1); the coordinates by how far the point lies beyond
        it, int N×(d+1); and the weights of the corners, float32 N×(d+1).
    """
    d = features.shape[1]
    elevated = _elevate(features) / np.float32(d + 1)
    turns = np.rint(elevated)
    order = np.argsort(turns - elevated, axis=1, kind='stable')
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.arange(d + 1)[None], axis=1)
    rank += turns.sum(axis=1, keepdims=True).astype(int)  # steps off the plane of sum 0
    turns += (rank < 0).astype(np.float32) - (rank > d)
    np.put_along_axis(order, rank % (d + 1), np.arange(d + 1)[None], axis=1)
    beyond = np.take_along_axis(elevated - turns, order, axis=1)
    weights = np.empty_like(beyond)
    weights[:, 0] = 1 + beyond[:, -1] - beyond[:, 0]
    weights[:, 1:] = (beyond[:, :-1] - beyond[:, 1:])[:, ::-1]
    return turns.astype(np.int64), order, weights


def _elevate(features: np.ndarray) -> np.ndarray:
    """Positions in the plane of sum 0, N×(d+1), scaled so that the blur has unit variance."""
    count, d = features.shape
    axis = np.arange(1, d + 1)
    scaled = features * (math.sqrt(2 / 3) * (d + 1) / np.sqrt(axis * (axis + 1))).astype(np.float32)
    later = np.cumsum(scaled[:, ::-1], axis=1)[:, ::-1]  # of this axis and those behind it
    elevated = np.zeros((count, d + 1), np.float32)
    elevated[:, :-1] = later
    elevated[:, 1:] -= axis.astype(np.float32) * scaled
    return elevated


def _number(turns: np.ndarray, order: np.ndarray) -> tuple[np.ndarray, list[int]]:
    """A number for each corner, int64 N×(d+1), and its change along each of the d + 1 directions.

    The last coordinate follows from the others and is not counted.
    """
    d = turns.shape[1] - 1
    lowest, highest = turns[:, :d].min(axis=0), turns[:, :d].max(axis=0)
    # corners and their neighbors are up to 2d off corner 0
    sizes = [int(size) * (d + 1) + 4 * d + 1 for size in highest - lowest]
    if math.prod(sizes) >= 2**63:
        raise ValueError('the features span too many standard deviations; choose larger ones')
    strides = [math.prod(sizes[:axis]) for axis in range(d)] + [0]
    first = (d + 1) * (turns[:, :d] - lowest) @ np.array(strides[:d], np.int64)
    # from one corner to the next, the coordinate the point lies least beyond falls by d
    falls = np.cumsum(np.array(strides, np.int64)[order[:, :0:-1]], axis=1)
    codes = np.repeat(first[:, None], d + 1, axis=1)
    codes[:, 1:] += np.arange(1, d + 1) * sum(strides) - (d + 1) * falls
    return codes, [sum(strides) - (d + 1) * stride for stride in strides]


def _find(points: np.ndarray, step: int) -> np.ndarray:
    """Index of each point's neighbor; the number of points where there is none."""
    wanted = points + step
    index = np.searchsorted(points, wanted)
    found = points[np.minimum(index, points.size - 1)] == wanted
    return np.where(found, index, points.size)
