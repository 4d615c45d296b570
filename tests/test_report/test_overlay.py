import re

import numpy as np
from surveys import crack

from mmcrack.report.overlay import draw_svg, runs
from mmcrack.report.width_classes import WidthClasses

CLASSES = WidthClasses([2.0])


def points(path):
    """Corners of a path of M and relative l, as a list of polylines."""
    lines = []
    for kind, x, y in re.findall(r'([Ml])(-?[\d.]+(?:e-\d+)?) (-?[\d.]+(?:e-\d+)?)', path):
        step = np.array([float(x), float(y)])
        lines.append([step]) if kind == 'M' else lines[-1].append(lines[-1][-1] + step)
    return [np.array(line) for line in lines]


def distance(point, line):
    """From a point to a polyline."""
    start, step = line[:-1], np.diff(line, axis=0)
    share = ((point - start) * step).sum(1) / np.maximum((step**2).sum(1), 1e-12)
    nearest = start + np.clip(share, 0, 1)[:, None] * step
    return np.hypot(*(nearest - point).T).min()


def test_path_follows_the_centerline_at_the_pictures_scale():
    angle = np.linspace(0, 5, 400)
    line = 300 + 200 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    drawn = draw_svg(crack([line], [np.full(400, 3.0)]), CLASSES, 0.5)
    (path,) = points(drawn.outline)
    assert len(path) < 60
    assert max(distance(point, path) for point in line * 0.5) < 0.6
    assert distance(np.array([drawn.label_x, drawn.label_y]), path) < 0.6


def test_pieces_are_colored_by_width():
    line = np.stack([np.arange(30.0), np.zeros(30)], axis=1)
    widths = np.repeat([1.0, 3.0, np.nan], 10)
    pieces = list(runs(crack([line], [widths]), CLASSES))
    assert [piece.color for piece in pieces] == [CLASSES.colors[0], CLASSES.colors[1], -1]
    np.testing.assert_array_equal(pieces[0].points[-1], pieces[1].points[0])
    assert sum(np.ptp(piece.points[:, 0]) for piece in pieces) == 29
    drawn = draw_svg(crack([line], [widths]), CLASSES, 1.0)
    assert sorted(drawn.colored) == [-1, *CLASSES.colors]


def test_lone_points_and_no_lines_are_drawn_as_nothing():
    lone = crack([np.array([[3.0, 4.0]])], [np.array([1.0])])
    assert (draw_svg(lone, CLASSES, 2.0).outline, draw_svg(lone, CLASSES, 2.0).label_x) == ('', 6.0)
    assert draw_svg(crack([], []), CLASSES, 1.0).colored == {}
