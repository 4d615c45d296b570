"""A skeleton's pixels as a graph: junctions, ends, and the branches between them in order."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from mmcrack.measurement.skeletons import Skeleton

FREE = -1  # in place of a junction: the branch ends here


def thin_blocks(skeleton: Skeleton) -> Skeleton:
    """Remove a corner of 2×2 blocks that thinning left, where nothing else touches it."""
    east, south, south_east, south_west = _neighbors(skeleton)
    edges = _stack([east, south, south_east, south_west])
    degree = np.bincount(edges.ravel(), minlength=len(skeleton.row))
    below = np.full(len(skeleton.row), -1)
    below[south[:, 0]] = south[:, 1]
    east = east[(below[east] >= 0).all(axis=1)]
    blocks = np.column_stack([east, below[east]])
    loose = degree[blocks] == 3
    blocks, loose = blocks[loose.any(axis=1)], loose[loose.any(axis=1)]
    kept = np.ones(len(skeleton.row), bool)
    kept[blocks[np.arange(len(blocks)), loose.argmax(axis=1)]] = False
    return skeleton.select(kept)


def _neighbors(skeleton: Skeleton) -> list[np.ndarray]:
    """Pairs of pixels next to each other, E×2 each: east, south, south-east, south-west."""
    row_length = int(skeleton.column.max(initial=0)) + 3
    keys = skeleton.row * row_length + skeleton.column
    pairs = []
    for step in (1, row_length, row_length + 1, row_length - 1):
        at = np.searchsorted(keys, keys + step)
        at[at == len(keys)] = 0
        there = np.flatnonzero(keys[at] == keys + step) if len(keys) else at
        pairs.append(np.column_stack([there, at[there]]))
    return pairs


def _stack(pairs: list[np.ndarray]) -> np.ndarray:
    return np.concatenate(pairs).astype(np.int64)


def pixel_edges(skeleton: Skeleton) -> np.ndarray:
    """Pairs of connected pixels, E×2.

    A diagonal step counts only where no third pixel connects the two by straight steps (mixed
    adjacency), so that a staircase is a path and not a row of junctions.
    """
    east, south, south_east, south_west = _neighbors(skeleton)
    count = len(skeleton.row)
    has_east, has_west, has_south = (np.zeros(count, bool) for _ in range(3))
    has_east[east[:, 0]] = has_west[east[:, 1]] = has_south[south[:, 0]] = True
    start = south_east[:, 0]
    south_east = south_east[~(has_east[start] | has_south[start])]
    start = south_west[:, 0]
    south_west = south_west[~(has_west[start] | has_south[start])]
    return _stack([east, south, south_east, south_west])


@dataclass(frozen=True)
class Branches:
    """Paths of pixels without a fork.

    Attributes:
        pixels: Indices of the skeleton's pixels, branch after branch, in order along each.
        offsets: B + 1 positions in ``pixels`` where branches begin.
        head: Junction before the first pixel of each branch, or ``FREE``.
        tail: Junction after the last pixel, or ``FREE``.
        closed: Whether the branch is a ring without junctions.
    """

    pixels: np.ndarray
    offsets: np.ndarray
    head: np.ndarray
    tail: np.ndarray
    closed: np.ndarray

    @cached_property
    def counts(self) -> np.ndarray:
        """Pixels of each branch."""
        return np.diff(self.offsets)

    @cached_property
    def branch(self) -> np.ndarray:
        """The branch of each entry of ``pixels``."""
        return np.repeat(np.arange(len(self.counts)), self.counts)


@dataclass(frozen=True)
class PixelGraph:
    """A skeleton taken apart.

    Attributes:
        skeleton: The pixels.
        junction: Junction of each pixel, −1 for pixels of branches.
        junction_count: Number of junctions.
        branches: What lies between junctions and ends.
    """

    skeleton: Skeleton
    junction: np.ndarray
    junction_count: int
    branches: Branches

    @cached_property
    def junction_radius(self) -> np.ndarray:
        """Radius of the largest disc inside the crack at each junction, in pixels."""
        inside = self.junction >= 0
        radius = np.zeros(self.junction_count)
        np.maximum.at(radius, self.junction[inside], self.skeleton.radius[inside])
        return radius

    @cached_property
    def junction_yx(self) -> np.ndarray:
        """Mean position (row, column) of each junction's pixels."""
        inside = self.junction >= 0
        label = self.junction[inside]
        size = np.bincount(label, minlength=self.junction_count)
        sums = [
            np.bincount(label, axis[inside], minlength=self.junction_count)
            for axis in (self.skeleton.row, self.skeleton.column)
        ]
        return np.stack(sums, axis=1) / np.maximum(size, 1)[:, None]


def build_graph(skeleton: Skeleton, fused: np.ndarray | None = None) -> PixelGraph:
    """Find junctions and branches.

    Args:
        skeleton: Pixels in reading order.
        fused: bool N, pixels of branches that belong to the junctions they connect.
    """
    count = len(skeleton.row)
    edges = pixel_edges(skeleton)
    forks = np.bincount(edges.ravel(), minlength=count) > 2
    if fused is not None:
        forks |= fused
    at_fork = forks[edges].sum(axis=1)
    junction = np.full(count, -1)
    junction_count, labels = connected_components(_graph(edges[at_fork == 2], count), False)
    _, junction[forks] = np.unique(labels[forks], return_inverse=True)
    junction_count = int(junction.max(initial=-1)) + 1
    branches = _trace(edges[at_fork == 0], ~forks)
    return PixelGraph(
        skeleton, junction, junction_count, _attach(branches, edges[at_fork == 1], junction)
    )


def _graph(edges: np.ndarray, count: int) -> csr_array:
    ones = np.ones(2 * len(edges))
    both = np.concatenate([edges, edges[:, ::-1]])
    return coo_array((ones, (both[:, 0], both[:, 1])), shape=(count, count)).tocsr()


def _trace(edges: np.ndarray, on_branch: np.ndarray) -> Branches:
    """Order the pixels of each path by their distance from one of its ends."""
    count = len(on_branch)
    _, label = connected_components(_graph(edges, count), directed=False)
    degree = np.bincount(edges.ravel(), minlength=count)
    members = np.flatnonzero(on_branch)
    # of each path the end that comes first; of a ring, which has none, the first pixel
    order = np.lexsort([members, degree[members] >= 2, label[members]])
    members = members[order]
    leads = np.flatnonzero(np.diff(label[members], prepend=-1))
    starts = members[leads]
    closed = degree[starts] == 2
    opened = edges[_not_first_edge_of(starts[closed], edges)]
    rank = (
        dijkstra(_graph(opened, count), indices=starts, unweighted=True, min_only=True)
        if len(starts)
        else np.zeros(count)
    )
    pixels = members[np.lexsort([rank[members], label[members]])]
    none = np.full(len(starts), FREE)
    return Branches(pixels, np.append(leads, len(members)), none, none.copy(), closed)


def _not_first_edge_of(pixels: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Mask of all edges but one at each of the given pixels."""
    kept = np.ones(len(edges), bool)
    if len(pixels):
        order = np.argsort(edges[:, 0], kind='stable')
        kept[order[np.searchsorted(edges[order, 0], pixels)]] = False
    return kept


def _attach(branches: Branches, links: np.ndarray, junction: np.ndarray) -> Branches:
    """Note which junctions the branches' ends touch."""
    flipped = junction[links[:, 0]] >= 0
    pixel = np.where(flipped, links[:, 1], links[:, 0])
    node = junction[np.where(flipped, links[:, 0], links[:, 1])]
    first = np.full(len(junction), FREE)
    second = np.full(len(junction), FREE)
    first[pixel] = node  # of two links at a pixel, the later one stays
    earlier = np.ones(len(pixel), bool)
    _, last_of = np.unique(pixel[::-1], return_index=True)
    earlier[len(pixel) - 1 - last_of] = False
    second[pixel[earlier]] = node[earlier]
    heads = branches.pixels[branches.offsets[:-1]]
    tails = branches.pixels[branches.offsets[1:] - 1]
    single = branches.counts == 1
    return Branches(
        branches.pixels,
        branches.offsets,
        first[heads],
        np.where(single, second[tails], first[tails]),
        branches.closed,
    )
