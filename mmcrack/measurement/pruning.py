"""What of a skeleton is no crack of its own: spurs, and junctions that thinning split."""

import numpy as np

from mmcrack.measurement.pixel_graph import FREE, PixelGraph, build_graph
from mmcrack.measurement.skeletons import Skeleton

_SPUR_RADII, _SPUR_PIXELS = 1.5, 2.0
_LOOP_RADII, _LOOP_PIXELS = 4.0, 8.0


def pruned_graph(skeleton: Skeleton) -> PixelGraph:
    """Drop spurs until none is left, each time with the junctions found anew.

    A branch that ends freely is a spur where it is no longer than 1.5 radii of its junction + 2
    pixels, measured from the junction's centre: its tip stands out of the crack by hardly more
    than the crack's own roughness, or leads into the corner of a square end (√2 radii). Where all
    branches of a junction are as short, the two longest stay.
    """
    while True:
        graph = fused_graph(skeleton)
        spur = _spurs(graph)
        if not spur.any():
            return graph
        kept = np.ones(len(skeleton.row), bool)
        kept[graph.branches.pixels[spur[graph.branches.branch]]] = False
        skeleton = skeleton.select(kept)


def fused_graph(skeleton: Skeleton) -> PixelGraph:
    """The graph in which junctions within each other's inscribed disc are one.

    The skeleton of two crossing cracks has two forks, a little apart; a small hole makes a loop.
    """
    fused = np.zeros(len(skeleton.row), bool)
    while True:
        graph = build_graph(skeleton, fused)
        inside = _within_a_junction(graph)[graph.branches.branch]
        if not inside.any():
            return graph
        fused[graph.branches.pixels[inside]] = True


def branch_lengths(graph: PixelGraph) -> np.ndarray:
    """Length of each branch along its pixels and to its junctions' centres, in pixels."""
    branches, skeleton = graph.branches, graph.skeleton
    yx = np.stack([skeleton.row, skeleton.column], axis=1)[branches.pixels]
    steps = np.hypot(*np.diff(yx, axis=0).T)
    steps = steps[np.diff(branches.branch) == 0]
    owner = branches.branch[1:][np.diff(branches.branch) == 0]
    length = np.bincount(owner, steps, minlength=len(branches.counts)).astype(np.float64)
    ends = ((branches.head, branches.offsets[:-1]), (branches.tail, branches.offsets[1:] - 1))
    for node, at in ends:
        has = node != FREE
        length[has] += np.hypot(*(yx[at[has]] - graph.junction_yx[node[has]]).T)
    return length


def _within_a_junction(graph: PixelGraph) -> np.ndarray:
    head, tail = graph.branches.head, graph.branches.tail
    both = np.flatnonzero((head != FREE) & (tail != FREE))
    radius = np.maximum(graph.junction_radius[head[both]], graph.junction_radius[tail[both]])
    loop = head[both] == tail[both]
    limit = np.where(loop, _LOOP_RADII * radius + _LOOP_PIXELS, radius + 1)
    within = np.zeros(len(head), bool)
    within[both] = branch_lengths(graph)[both] <= limit
    return within


def _spurs(graph: PixelGraph) -> np.ndarray:
    head, tail = graph.branches.head, graph.branches.tail
    node = np.maximum(head, tail)
    length = branch_lengths(graph)
    hangs = (node != FREE) & (np.minimum(head, tail) == FREE)
    spur = hangs.copy()
    spur[hangs] = length[hangs] <= (_SPUR_RADII * graph.junction_radius[node[hangs]] + _SPUR_PIXELS)
    ends = np.concatenate([head, tail])
    stays = np.bincount(ends[ends != FREE], minlength=graph.junction_count)
    stays -= np.bincount(node[spur], minlength=graph.junction_count)
    candidates = np.flatnonzero(spur)
    candidates = candidates[np.lexsort([-length[candidates], node[candidates]])]
    rank = _rank_in_group(node[candidates])
    spur[candidates[(stays[node[candidates]] == 0) & (rank < 2)]] = False
    return spur


def _rank_in_group(group: np.ndarray) -> np.ndarray:
    """0, 1, 2 … within each run of equal values."""
    position = np.arange(len(group))
    first = np.flatnonzero(np.diff(group, prepend=-1))
    return position - np.repeat(first, np.diff(np.append(first, len(group))))
