import numpy as np
import pytest

from mmcrack.measurement.pixel_graph import FREE, build_graph, thin_blocks
from mmcrack.measurement.pruning import pruned_graph
from mmcrack.measurement.skeletons import Skeleton


def skeleton_of(picture, radius=0.5):
    rows = [line.strip() for line in picture.strip().splitlines()]
    row, column = np.nonzero(np.array([[sign == '#' for sign in line] for line in rows]))
    return Skeleton(row, column, np.full(len(row), radius))


def test_staircase_is_one_path_in_order():
    graph = build_graph(
        skeleton_of("""
        ##.....
        .##....
        ..##...
        ...#...
        ...####
        """)
    )
    assert (graph.junction_count, len(graph.branches.counts)) == (0, 1)
    pixels = graph.branches.pixels
    steps = np.abs(np.diff(np.stack([graph.skeleton.row, graph.skeleton.column])[:, pixels]))
    assert len(pixels) == 11
    assert (steps.sum(axis=0) == 1).all()


def test_fork_has_three_branches_at_one_junction():
    graph = build_graph(
        skeleton_of("""
        #...#
        .#.#.
        ..#..
        ..#..
        ..#..
        """)
    )
    branches = graph.branches
    assert graph.junction_count == 1
    assert sorted(branches.counts) == [2, 2, 2]
    assert (np.sort([branches.head, branches.tail], axis=0) == [[FREE] * 3, [0] * 3]).all()
    np.testing.assert_array_equal(graph.junction_yx, [[2, 2]])


def test_ring_is_closed_and_ordered():
    graph = build_graph(
        skeleton_of("""
        .##.
        #..#
        #..#
        .##.
        """)
    )
    assert graph.branches.closed.tolist() == [True]
    yx = np.stack([graph.skeleton.row, graph.skeleton.column], axis=1)[graph.branches.pixels]
    assert np.abs(yx - np.roll(yx, 1, axis=0)).max() == 1


def test_loop_on_a_stem_meets_its_junction_at_both_ends():
    graph = build_graph(
        skeleton_of("""
        .####....
        #....####
        .####....
        """)
    )
    loop = graph.branches.counts.argmax()
    assert graph.branches.head[loop] == graph.branches.tail[loop] != FREE


def test_lone_pixel_is_a_branch_with_two_free_ends():
    branches = build_graph(skeleton_of('.#.')).branches
    assert (branches.counts, branches.head, branches.tail) == ([1], [FREE], [FREE])


def test_single_pixel_between_two_junctions_touches_both():
    graph = build_graph(
        skeleton_of("""
        #.....#
        .#...#.
        ..###..
        .#...#.
        #.....#
        """)
    )
    between = [set(pair) for pair in zip(graph.branches.head, graph.branches.tail, strict=True)]
    assert {0, 1} in between
    assert len(between) == 5


def test_blocks_lose_a_loose_corner():
    skeleton = skeleton_of("""
        ###....
        ..##...
        ..##...
        ....###
        """)
    assert len(thin_blocks(skeleton).row) == len(skeleton.row) - 1
    assert build_graph(thin_blocks(skeleton)).junction_count == 0


@pytest.mark.parametrize(('radius', 'left'), [(0.5, 3), (2.0, 1)])
def test_branch_is_a_spur_by_the_width_of_what_it_stands_on(radius, left):
    skeleton = skeleton_of(
        """
        .......#.......
        .......#.......
        .......#.......
        .......#.......
        ###############
        """,
        radius,
    )
    assert len(pruned_graph(skeleton).branches.counts) == left


def test_of_a_star_of_spurs_the_longest_two_stay():
    graph = pruned_graph(
        skeleton_of(
            """
            #......
            .#.....
            ..####.
            ..#....
            """,
            radius=4.0,
        )
    )
    assert len(graph.branches.counts) == 1
    ends = graph.branches.pixels[[0, -1]]
    positions = zip(graph.skeleton.row[ends], graph.skeleton.column[ends], strict=True)
    assert set(positions) == {(0, 0), (2, 5)}
