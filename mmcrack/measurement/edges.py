"""Where a crack's edges are, at sub-pixel positions along the normals of its centerline."""

from collections.abc import Iterator, Sequence

import numpy as np

from mmcrack.measurement.centerlines import Lines
from mmcrack.measurement.sampled_map import SampledMap

_STEP = 0.5  # pixels between samples of a profile
_BACK = 1.5  # pixels: how far inside the inscribed disc's rim a search begins
_FAR_RADII, _FAR_PIXELS = 1.3, 1.0
_ALONG = (-2.0, -1.0, 0.0, 1.0, 2.0)  # pixels: a mask's profiles are means over so many
_CHUNK = 2_000_000  # samples at a time


def edge_distances(
    sampled: SampledMap,
    yx: np.ndarray,
    tangent: np.ndarray,
    radius: np.ndarray,
    *,
    steady: bool = True,
) -> np.ndarray:
    """Distances to both edges along the normal, in pixels.

    The edge is where the bilinear map falls to the threshold, between two samples by linear
    interpolation. The search begins inside the inscribed disc and ends 1.3 radii + 1 pixel from
    the centerline: an edge farther away is that of another branch. In a mask, whose edges are
    steps, each profile is the mean over five parallel ones within 2 pixels along the crack: that
    smooths the steps and leaves the width alone, as no blur across the crack would.

    Args:
        sampled: The map or mask.
        yx: N×2 points (row, column).
        tangent: N×2 unit directions.
        radius: N, distance to the nearest edge in pixels.
        steady: Whether to take the mean of profiles in a mask; else of one alone.

    Returns:
        N×2: against the normal (dy, dx) = (tangent_x, −tangent_y), and along it. NaN where there
        is no edge.
    """
    normal = np.stack([tangent[:, 1], -tangent[:, 0]], axis=1)
    found = np.full((len(yx), 2), np.nan)
    along = _ALONG if sampled.hard and steady else (0.0,)
    for part, count in _batches(radius, len(along)):
        start = np.maximum(radius[part] - _BACK, 0)
        distance = start[:, None] + _STEP * np.arange(count)
        for side, sign in enumerate((-1, 1)):
            profile = _profiles(
                sampled, yx[part], sign * normal[part], tangent[part], distance, along
            )
            found[part, side] = first_crossing(profile, distance, sampled.threshold)
    return found


def _batches(radius: np.ndarray, copies: int) -> Iterator[tuple[np.ndarray, int]]:
    """Indices of points with about as long profiles, and the number of samples of each."""
    reach = _FAR_RADII * radius + _FAR_PIXELS - np.maximum(radius - _BACK, 0)
    counts = np.ceil(reach / _STEP).astype(np.int64) + 1
    sizes = 4 * np.ceil(counts / 4).astype(np.int64)
    for size in np.unique(sizes):
        members = np.flatnonzero(sizes == size)
        at_once = max(_CHUNK // (size * copies), 1)
        for first in range(0, len(members), at_once):
            yield members[first : first + at_once], int(size)


def _profiles(
    sampled: SampledMap,
    yx: np.ndarray,
    direction: np.ndarray,
    tangent: np.ndarray,
    distance: np.ndarray,
    along: Sequence[float],
) -> np.ndarray:
    """Values at distances in a direction from each point, N×K, the mean of parallel profiles."""
    total = np.zeros(distance.shape, np.float32)
    for shift in along:
        y, x = (
            (yx[:, axis] + shift * tangent[:, axis])[:, None] + direction[:, axis, None] * distance
            for axis in (0, 1)
        )
        total += sampled.sample(y, x)
    return total / len(along)


def first_crossing(profile: np.ndarray, distance: np.ndarray, level: np.float32) -> np.ndarray:
    """Distance at which each row first falls to the level; NaN where it never does."""
    below = profile <= level
    at = below.argmax(axis=1)
    rows = np.arange(len(profile))
    before = np.maximum(at - 1, 0)
    high, low = profile[rows, before], profile[rows, at]
    share = np.where(at > 0, (high - level) / np.where(high > low, high - low, 1), 0)
    crossing = distance[rows, before] + share * (distance[rows, at] - distance[rows, before])
    return np.where(below[rows, at], crossing, np.nan)


def recentred(lines: Lines, distances: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Midpoints between the edges, N×2, and their weights, N.

    Points without both edges, and those that an edge would move by more than a pixel, keep their
    place with a small weight; junctions keep theirs firmly.
    """
    tangent = lines.tangents()
    shift = (distances[:, 1] - distances[:, 0]) / 2
    trusted = (np.abs(shift) <= 1.0) & ~lines.anchored
    normal = np.stack([tangent[:, 1], -tangent[:, 0]], axis=1)
    moved = lines.yx + np.where(trusted, shift, 0)[:, None] * normal
    return moved, np.where(lines.anchored, 100.0, np.where(trusted, 1.0, 0.1))
