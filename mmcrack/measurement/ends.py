"""Lengthens centerlines to the crack's ends."""

from dataclasses import replace

import numpy as np

from mmcrack.measurement.centerlines import Lines
from mmcrack.measurement.edges import first_crossing
from mmcrack.measurement.sampled_map import SampledMap

_STEP = 0.5


def extend_to_ends(
    lines: Lines, sampled: SampledMap, width: np.ndarray
) -> tuple[Lines, np.ndarray]:
    """Add a point at each free end: where the map falls to the threshold straight ahead.

    Args:
        lines: The centerlines, which stop short of the ends.
        sampled: The map or mask.
        width: N, the widths at the points.

    Returns:
        The lines with their tips, and the widths, NaN at the tips.
    """
    line, side = np.nonzero(lines.free)
    ends = np.where(side == 0, lines.offsets[line], lines.offsets[line + 1] - 1)
    inward = np.where(side == 0, 1, -1)
    radius = lines.radius[ends]
    back = np.ceil(1.5 * radius + 4).astype(np.int64)
    inside = np.clip(ends + inward * back, lines.offsets[line], lines.offsets[line + 1] - 1)
    ahead = lines.yx[ends] - lines.yx[inside]
    norm = np.hypot(*ahead.T)
    ahead = np.where(norm[:, None] > 0, ahead / np.where(norm > 0, norm, 1)[:, None], [0.0, 1.0])
    ahead[(norm == 0) & (side == 0)] *= -1  # a lone point: both ways along its row
    reach = 3.0 * radius.max(initial=0) + 6
    distance = np.broadcast_to(np.arange(0, reach, _STEP), (len(ends), int(np.ceil(reach / _STEP))))
    profile = sampled.sample(
        lines.yx[ends, 0, None] + ahead[:, :1] * distance,
        lines.yx[ends, 1, None] + ahead[:, 1:] * distance,
    )
    gap = np.nan_to_num(first_crossing(profile, distance, sampled.threshold))
    tips = lines.yx[ends] + gap[:, None] * ahead
    at = np.where(side == 0, ends, ends + 1)
    added = np.bincount(line, minlength=len(lines.counts))
    longer = replace(
        lines,
        yx=np.insert(lines.yx, at, tips, axis=0),
        offsets=lines.offsets + np.append(0, np.cumsum(added)),
        radius=np.insert(lines.radius, at, 0),
        anchored=np.insert(lines.anchored, at, False),
    )
    return longer, np.insert(width, at, np.nan)
