"""Measures the cracks of a probability map or mask."""

import math
from dataclasses import dataclass

import numpy as np

from mmcrack.measurement.centerlines import Lines, close_rings, lines_from, smooth
from mmcrack.measurement.components import Components, find_runs, label_runs
from mmcrack.measurement.crack import Crack, by_severity
from mmcrack.measurement.edges import edge_distances, recentred
from mmcrack.measurement.ends import extend_to_ends
from mmcrack.measurement.figures import main_directions, point_weights, width_figures
from mmcrack.measurement.holes import with_filled_holes
from mmcrack.measurement.pixel_graph import FREE, PixelGraph, thin_blocks
from mmcrack.measurement.pruning import pruned_graph
from mmcrack.measurement.sampled_map import SampledMap
from mmcrack.measurement.skeletons import Skeleton, skeletonize_rows, strips

_FIRST_STIFFNESS = 10.0  # of lines through whole pixels
_STIFFNESS = 2.0  # of lines through sub-pixel midpoints


def measure_cracks(
    probability_or_mask: np.ndarray,
    *,
    threshold: float = 0.5,
    mm_per_pixel: float | None = None,
    min_length: float = 10.0,
    min_area: int = 10,
    fill_holes: int = 100,
) -> list[Crack]:
    """Measure each connected crack (8-connectivity) of an image.

    docs/measurement.md says how each figure comes about and how exact it is. Memory and time
    follow the number of crack pixels, beside one pass over the image in strips.

    Args:
        probability_or_mask: H×W: a bool mask; a map of 8 or 16 bits (value / 255 or / 65535); or
            a map of floats in [0, 1]. Edges of maps are found between pixels; a mask is best
            given as bool, since as a map its edges look as if they were half a pixel soft.
        threshold: A pixel is crack where the map, as float32, exceeds it.
        mm_per_pixel: Size of a pixel in millimetres.
        min_length: Shorter cracks are left out, in pixels.
        min_area: Cracks of fewer pixels are left out.
        fill_holes: Holes in cracks of as many pixels or fewer, as of grains and debris, count as
            crack.

    Returns:
        The cracks, the most severe first (:func:`mmcrack.measurement.crack.by_severity`).

    Raises:
        ValueError: an argument is out of range, or the map has NaN or values outside [0, 1].
    """
    check_limits(threshold, mm_per_pixel, min_length, min_area, fill_holes)
    sampled = with_filled_holes(SampledMap(probability_or_mask, threshold), fill_holes)
    components, skeleton = _find(sampled)
    large = components.area[components.at(skeleton.row, skeleton.column)] >= min_area
    graph = pruned_graph(thin_blocks(skeleton.select(large)))
    lines = _centerlines(graph, sampled)
    owner = components.at(*_first_pixels(graph))
    kept, crack = np.unique(owner, return_inverse=True)
    table = _table(graph, lines, crack, sampled)
    return by_severity(
        _crack(table, components, kept[index], index, mm_per_pixel)
        for index in np.flatnonzero(table.length >= min_length)
    )


def check_limits(
    threshold: float,
    mm_per_pixel: float | None,
    min_length: float,
    min_area: int,
    fill_holes: int,
) -> None:
    """Raise ValueError where an argument of :func:`measure_cracks` is out of range."""
    if not 0 <= threshold < 1:
        raise ValueError(f'threshold must be in [0, 1), got {threshold}')
    if mm_per_pixel is not None and not (mm_per_pixel > 0 and math.isfinite(mm_per_pixel)):
        raise ValueError(f'mm_per_pixel must be above 0, got {mm_per_pixel}')
    limits = dict(min_length=min_length, min_area=min_area, fill_holes=fill_holes)
    for name, value in limits.items():
        if not (value >= 0 and math.isfinite(value)):
            raise ValueError(f'{name} must not be negative, got {value}')


def _find(sampled: SampledMap) -> tuple[Components, Skeleton]:
    height, width = sampled.shape
    runs, parts = [], []
    for first, last in strips(height, width):
        runs.append(find_runs(sampled.binary(first, last), first))
        if len(runs[-1]):
            parts.append(skeletonize_rows(sampled.binary, height, first, last))
    empty = Skeleton(*np.zeros((2, 0), np.int64), np.zeros(0))
    joined = (np.concatenate(axis) for axis in zip(*(parts or [empty]), strict=True))
    return label_runs(runs, width), Skeleton(*joined)


def _centerlines(graph: PixelGraph, sampled: SampledMap) -> Lines:
    """Smooth lines through the midpoints between the edges."""
    lines = lines_from(graph)
    lines = smooth(lines, lines.yx, np.where(lines.anchored, 100.0, 1.0), _FIRST_STIFFNESS)
    tangents = lines.tangents()
    distances = edge_distances(sampled, lines.yx, tangents, lines.radius, steady=False)
    return close_rings(smooth(lines, *recentred(lines, distances), _STIFFNESS))


def _first_pixels(graph: PixelGraph) -> tuple[np.ndarray, np.ndarray]:
    """Row and column of a pixel of each branch."""
    pixel = graph.branches.pixels[graph.branches.offsets[:-1]]
    return graph.skeleton.row[pixel], graph.skeleton.column[pixel]


@dataclass(frozen=True)
class _Table:
    """Figures of all cracks, in columns."""

    lines: Lines
    width: np.ndarray
    members: list[np.ndarray]
    length: np.ndarray
    widths: np.ndarray
    direction: np.ndarray
    straightness: np.ndarray
    branch_points: np.ndarray
    ends: np.ndarray


def _table(graph: PixelGraph, lines: Lines, crack: np.ndarray, sampled: SampledMap) -> _Table:
    count = int(crack.max(initial=-1)) + 1
    distances = edge_distances(sampled, lines.yx, lines.tangents(), lines.radius)
    width = np.where(_near_junction(lines), np.nan, distances.sum(axis=1))
    widths = width_figures(width, point_weights(lines), crack[lines.line], count)
    lines, width = extend_to_ends(lines, sampled, width)
    direction, straightness = main_directions(lines, crack, count)
    order = np.argsort(crack, kind='stable')
    return _Table(
        lines=lines,
        width=width,
        members=np.split(order, np.cumsum(np.bincount(crack, minlength=count))[:-1]),
        length=np.bincount(crack[lines.line], lines.steps, minlength=count),
        widths=widths,
        direction=direction,
        straightness=straightness,
        branch_points=_branch_points(graph, crack, count),
        ends=np.bincount(crack, lines.free.sum(axis=1), minlength=count).astype(np.int64),
    )


def _near_junction(lines: Lines) -> np.ndarray:
    """Points within two radii of a junction's largest inscribed disc and a pixel more."""
    near = np.zeros(len(lines.yx), bool)
    for end in (lines.offsets[:-1], lines.offsets[1:] - 1):
        centre, reach = lines.yx[end], 2 * lines.radius[end] + 1
        distance = np.hypot(*(lines.yx - centre[lines.line]).T)
        near |= lines.anchored[end][lines.line] & (distance <= reach[lines.line])
    return near


def _branch_points(graph: PixelGraph, crack: np.ndarray, count: int) -> np.ndarray:
    """Junctions with three branches or more, of each crack."""
    branches = graph.branches
    node = np.concatenate([branches.head, branches.tail])
    owner = np.concatenate([crack, crack])[node != FREE]
    node = node[node != FREE]
    arms = np.bincount(node, minlength=graph.junction_count)
    crack_of = np.zeros(graph.junction_count, np.int64)
    crack_of[node] = owner
    return np.bincount(crack_of[arms >= 3], minlength=count)


def _crack(
    table: _Table, components: Components, component: int, index: int, mm_per_pixel: float | None
) -> Crack:
    lines = table.lines
    parts = [slice(*lines.offsets[line : line + 2]) for line in table.members[index]]
    return Crack(
        float(table.length[index]),
        *map(float, table.widths[index]),
        area=int(components.area[component]),
        orientation=float(table.direction[index]),
        straightness=float(table.straightness[index]),
        branch_points=int(table.branch_points[index]),
        ends=int(table.ends[index]),
        box=tuple(map(int, components.box[component])),
        lines=tuple(lines.yx[part, ::-1] + 0.5 for part in parts),
        widths=tuple(table.width[part] for part in parts),
        mm_per_pixel=mm_per_pixel,
    )
