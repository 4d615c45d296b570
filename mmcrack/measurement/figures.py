"""Figures of many cracks at once from the points of their centerlines."""

import numpy as np

from mmcrack.measurement.centerlines import Lines


def point_weights(lines: Lines) -> np.ndarray:
    """The length that each point stands for: half of the way to its neighbors, in pixels."""
    steps = lines.steps
    return (steps + np.append(0, steps[:-1])) / 2


def weighted_quantiles(
    values: np.ndarray, weights: np.ndarray, group: np.ndarray, count: int, shares: list[float]
) -> np.ndarray:
    """Quantiles within groups.

    Args:
        values: N.
        weights: N, above 0.
        group: N, in [0, count).
        count: Number of groups G.
        shares: S shares in [0, 1].

    Returns:
        G×S: the least value up to which the group's weights sum to the share; NaN for groups
        without values.
    """
    order = np.lexsort([values, group])
    values, group, total = values[order], group[order], np.cumsum(weights[order])
    bounds = np.searchsorted(group, np.arange(count + 1))
    below = np.append(0, total)[bounds]
    result = np.full((count, len(shares)), np.nan)
    there = np.flatnonzero(np.diff(bounds))
    for column, share in enumerate(shares):
        wanted = below[there] + share * (below[there + 1] - below[there])
        at = np.searchsorted(total, wanted * (1 - 1e-12), side='left')
        result[there, column] = values[np.clip(at, bounds[there], bounds[there + 1] - 1)]
    return result


def width_figures(
    width: np.ndarray, weights: np.ndarray, group: np.ndarray, count: int
) -> np.ndarray:
    """Mean, median, 95th percentile and maximum of the widths of each group, G×4.

    NaN widths and points without length do not count; groups without others have NaN.
    """
    known = np.isfinite(width) & (weights > 0)
    width, weights, group = width[known], weights[known], group[known]
    total = np.bincount(group, weights, minlength=count)
    with np.errstate(invalid='ignore'):
        mean = np.bincount(group, weights * width, minlength=count) / total
    rest = weighted_quantiles(width, weights, group, count, [0.5, 0.95, 1.0])
    return np.column_stack([mean, rest])


def main_directions(lines: Lines, group: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Length-weighted main direction of each group, and how far directions agree.

    Directions have no sign, so the mean is taken of doubled angles (Mardia and Jupp, Directional
    Statistics, section 1.1).

    Args:
        lines: The centerlines.
        group: The group of each line, in [0, count).
        count: Number of groups.

    Returns:
        Degrees in [0, 180) counter-clockwise from the horizontal, and the resultant length of the
        doubled angles over the whole length, in [0, 1]; 0 for groups without length.
    """
    step = np.diff(lines.yx, axis=0)[lines.line[1:] == lines.line[:-1]]
    owner = group[lines.line[1:]][lines.line[1:] == lines.line[:-1]]
    length = np.hypot(*step.T)
    double = 2 * np.arctan2(-step[:, 0], step[:, 1])
    east, north = (
        np.bincount(owner, length * part(double), minlength=count) for part in (np.cos, np.sin)
    )
    total = np.bincount(owner, length, minlength=count)
    direction = np.degrees(np.arctan2(north, east)) / 2 % 180
    return direction % 180, np.hypot(east, north) / np.where(total > 0, total, 1)
