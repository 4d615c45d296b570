"""Centerlines with sub-pixel positions, from the branches of a skeleton."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.linalg import solveh_banded

from mmcrack.measurement.pixel_graph import FREE, Branches, PixelGraph

_WRAP = 12  # pixels of a ring that are repeated before its start and after its end
_CORNER = np.sqrt(2)  # a skeleton's way into the corner of a square end, in radii


@dataclass(frozen=True)
class Lines:
    """Open polylines; of a ring, the first and last points overlap.

    Attributes:
        yx: N×2, (row, column), pixel centres at whole numbers; line after line.
        offsets: L + 1 positions where lines begin.
        radius: N, distance to the crack's edge at the pixel that the point comes from.
        anchored: bool N, centres of junctions, which do not move.
        free: bool L×2, whether the start and the end are ends of the crack.
        closed: bool L, rings.
    """

    yx: np.ndarray
    offsets: np.ndarray
    radius: np.ndarray
    anchored: np.ndarray
    free: np.ndarray
    closed: np.ndarray

    @cached_property
    def counts(self) -> np.ndarray:
        """Points of each line."""
        return np.diff(self.offsets)

    @cached_property
    def line(self) -> np.ndarray:
        """Line of each point."""
        return np.repeat(np.arange(len(self.counts)), self.counts)

    @cached_property
    def steps(self) -> np.ndarray:
        """Distance from each point to the next of its line; 0 at the last, in pixels."""
        length = np.zeros(len(self.yx))
        length[:-1] = np.hypot(*np.diff(self.yx, axis=0).T)
        length[self.offsets[1:] - 1] = 0
        return length

    def tangents(self) -> np.ndarray:
        """Unit directions (row, column), N×2; 0 for lone points.

        They are taken between points half a radius before and after, at least one: the direction
        of a wide crack is not that of its centerline's wiggles.
        """
        index = np.arange(len(self.yx))
        reach = 1 + (self.radius / 2).astype(np.int64)
        before = np.maximum(index - reach, np.repeat(self.offsets[:-1], self.counts))
        after = np.minimum(index + reach, np.repeat(self.offsets[1:] - 1, self.counts))
        step = self.yx[after] - self.yx[before]
        norm = np.hypot(*step.T)
        return step / np.where(norm > 0, norm, 1)[:, None]


def lines_from(graph: PixelGraph) -> Lines:
    """Lay a line through each branch, from junction centre to junction centre.

    At the crack's ends the line stops where the rounding or the corner of the end begins to bend
    the skeleton: about a radius early. :mod:`mmcrack.measurement.ends` goes on from there.
    """
    branches = graph.branches
    first, last = _trim(graph)
    first = np.where(branches.closed, branches.offsets[:-1] - _WRAP, first)
    last = np.where(branches.closed, branches.offsets[1:] + _WRAP, last)
    has_head, has_tail = branches.head != FREE, branches.tail != FREE
    counts = last - first + 1 + has_head + has_tail
    offsets = np.append(0, np.cumsum(counts))
    line = np.repeat(np.arange(len(counts)), counts)
    position = np.arange(offsets[-1]) - offsets[line] - has_head[line] + first[line]
    pixel = branches.pixels[_wrapped(position, branches, line)]
    skeleton = graph.skeleton
    yx = np.stack([skeleton.row[pixel], skeleton.column[pixel]], axis=1).astype(np.float64)
    radius = skeleton.radius[pixel]
    anchored = np.zeros(len(pixel), bool)
    ends = ((has_head, branches.head, offsets[:-1]), (has_tail, branches.tail, offsets[1:] - 1))
    for has, node, at in ends:
        anchored[at[has]] = True
        yx[at[has]] = graph.junction_yx[node[has]]
        radius[at[has]] = graph.junction_radius[node[has]]
    free = np.stack([~has_head, ~has_tail], axis=1) & ~branches.closed[:, None]
    return Lines(yx, offsets, radius, anchored, free, branches.closed)


def _wrapped(position: np.ndarray, branches: Branches, line: np.ndarray) -> np.ndarray:
    """Positions in ``branches.pixels``: rings go round, and open branches stop at their ends."""
    start, count = branches.offsets[line], branches.counts[line]
    local = position - start
    around = np.where(branches.closed[line], local % count, np.clip(local, 0, count - 1))
    return start + around


def _trim(graph: PixelGraph) -> tuple[np.ndarray, np.ndarray]:
    """First and last position of each branch to keep, by the ends that are free.

    A point is dropped where one further inside has an inscribed disc that reaches, with the
    allowance for a corner, as far as the end. At least the middle stays.
    """
    branches = graph.branches
    first, last = branches.offsets[:-1], branches.offsets[1:] - 1
    yx = np.stack([graph.skeleton.row, graph.skeleton.column], axis=1)[branches.pixels]
    along = np.append(0, np.cumsum(np.hypot(*np.diff(yx, axis=0).T)))
    reach = _CORNER * graph.skeleton.radius[branches.pixels] + 1
    position = np.arange(len(along))
    from_head = np.where(along - along[first][branches.branch] <= reach, position, 0)
    from_tail = np.where(along[last][branches.branch] - along <= reach, position, len(along))
    start = np.maximum(np.maximum.reduceat(from_head, first), first) if len(first) else first
    stop = np.minimum(np.minimum.reduceat(from_tail, first), last) if len(first) else last
    middle = (first + last) // 2
    start = np.where(branches.head == FREE, np.minimum(start, np.maximum(middle - 1, first)), first)
    stop = np.where(branches.tail == FREE, np.maximum(stop, np.minimum(middle + 1, last)), last)
    return start, stop


def smooth(lines: Lines, target: np.ndarray, weight: np.ndarray, stiffness: float) -> Lines:
    """Lay smooth lines near given points.

    Minimizes Σ wᵢ·|xᵢ − yᵢ|² + stiffness·Σ |xᵢ₋₁ − 2xᵢ + xᵢ₊₁|² (Whittaker, 1923), which keeps
    straight lines as they are, at their ends, too. Waves shorter than 2π·stiffness^¼ points are
    damped by half and more.

    Args:
        lines: The lines.
        target: N×2, the points yᵢ.
        weight: N, above 0.
        stiffness: 0 leaves the points in place.
    """
    bands = np.zeros((3, len(target)))
    bands[2] = weight
    inner = np.flatnonzero(lines.line[2:] == lines.line[:-2])  # first of three points of a line
    for shift, square in enumerate((1, 4, 1)):
        bands[2] += stiffness * square * np.bincount(inner + shift, minlength=len(target))
    for shift, product in ((1, -2), (2, -2)):
        bands[1] += stiffness * product * np.bincount(inner + shift, minlength=len(target))
    bands[0] += stiffness * np.bincount(inner + 2, minlength=len(target))
    if len(target):
        return replace(lines, yx=solveh_banded(bands, weight[:, None] * target))
    return lines


def close_rings(lines: Lines) -> Lines:
    """Drop the overlap of rings, so that their last point is their first."""
    lead = np.where(lines.closed, _WRAP, 0)
    first, last = lines.offsets[:-1] + lead, lines.offsets[1:] - lead
    position = np.arange(len(lines.yx))
    kept = (position >= first[lines.line]) & (position < last[lines.line])
    yx = lines.yx.copy()
    yx[last[lines.closed] - 1] = yx[first[lines.closed]]
    return replace(
        lines,
        yx=yx[kept],
        offsets=np.append(0, np.cumsum(last - first)),
        radius=lines.radius[kept],
        anchored=lines.anchored[kept],
    )
