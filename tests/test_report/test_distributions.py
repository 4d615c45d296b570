import math
from itertools import pairwise

import numpy as np
import pytest
from surveys import crack

from mmcrack.measurement import measure_cracks
from mmcrack.report.charts import Histogram, histogram, rose
from mmcrack.report.distributions import Distributions, nice_step
from mmcrack.report.width_classes import WidthClasses


def straight(length, width, degrees=0.0):
    turn = np.radians(degrees)
    along = np.linspace(0, length, 50)[:, None]
    line = 500 + along * [np.cos(turn), -np.sin(turn)]
    return crack([line], [np.full(50, width)])


@pytest.fixture
def three():
    """100 of width 1, 50 of width 4 and 30 without, in pixels of half a millimetre."""
    distributions = Distributions(4.0)
    distributions.add([straight(200, 1.0), straight(100, 4.0, 90), straight(60, np.nan, 30)], 0.5)
    return distributions


def test_lengths_by_width(three):
    np.testing.assert_allclose(three.between(np.array([0.5, 1.0, 2.0, 4.0])), [0, 0, 100, 0, 50])
    assert three.without_width == pytest.approx(30)
    assert three.quantile(0.5) == pytest.approx(1, abs=0.01)
    assert three.quantile(0.9) == pytest.approx(4, abs=0.01)


def test_lengths_by_direction(three):
    by_direction = dict(zip(range(0, 180, 15), three.by_direction, strict=True))
    assert by_direction[0] == pytest.approx(100)
    assert by_direction[90] == pytest.approx(50)
    assert by_direction[30] == pytest.approx(30)
    assert three.by_direction.sum() == pytest.approx(180)


def test_all_of_a_measured_crack_is_there():
    mask = np.zeros((200, 200), bool)
    rows, columns = np.indices(mask.shape)
    mask |= np.abs(np.hypot(rows - 100, columns - 100) - 60) < 3
    (ring,) = measure_cracks(mask)
    distributions = Distributions(ring.width_max)
    distributions.add([crack(list(ring.lines), list(ring.widths))], 1)
    total = distributions.by_width.sum() + distributions.without_width
    assert total == pytest.approx(ring.length, rel=1e-6)
    cut, below = round(ring.width_mean, 2), 0.0  # a multiple of the bins' width
    for line, widths in zip(ring.lines, ring.widths, strict=True):
        for start, end in pairwise(range(len(line))):
            below += math.dist(line[start], line[end]) * np.mean(widths[[start, end]] < cut)
    assert distributions.between(np.array([cut]))[0] == pytest.approx(below, rel=1e-6)
    assert distributions.by_direction.min() > 0.6 * distributions.by_direction.max()


def test_wider_than_announced_counts_as_widest():
    distributions = Distributions(2.0)
    distributions.add([straight(10, 7.0)], 1)
    assert distributions.between(np.array([1.9]))[1] == pytest.approx(10)


def test_bars_hold_the_length(three):
    chart = histogram(three, 'mm')
    top = float(chart.y_ticks[-1].text)
    heights = [bar.height / (Histogram.BOTTOM - Histogram.TOP) * top for bar in chart.bars]
    assert sum(heights) == pytest.approx(150, rel=0.01)
    assert max(heights) <= top
    assert (chart.x_unit, chart.y_unit) == ('mm', 'mm')
    assert histogram(Distributions(0.0), 'mm') is None


def test_rose_shows_areas():
    distributions = Distributions(1.0)
    distributions.add([straight(100, 1.0), straight(25, 1.0, 90)], 1)
    reaches = [float(w.path.split('A')[1].split()[0]) for w in rose(distributions, radius=80)]
    assert (reaches[0], reaches[6]) == (80, 40)
    assert sum(reaches) == 120
    assert rose(Distributions(1.0)) == []


def test_nice_steps():
    assert [nice_step(n) for n in (0.03, 1, 1.1, 2.3, 7)] == [0.05, 1, 2, 5, 10]


def test_classes(three):
    classes = WidthClasses([1, 2, 4])
    assert [row.text for row in classes.table(three)] == [
        'below 1', '1 – 2', '2 – 4', '4 and wider']  # fmt: skip
    assert [row.length for row in classes.table(three)] == pytest.approx([0, 100, 0, 50])
    colors = classes.color(np.array([0.5, 1, 3.9, 4, np.nan]))
    assert colors.tolist() == [classes.colors[0], *classes.colors[1:], -1]
    assert len(set(classes.colors)) == 4


def test_classes_around_what_occurs():
    distributions = Distributions(30.0)
    distributions.add([straight(100, width) for width in np.geomspace(0.3, 30, 80)], 1)
    assert WidthClasses.around(distributions).limits.tolist() == [1, 2, 5, 10, 20]
    assert WidthClasses.around(Distributions(0.0)).limits.tolist() == []


@pytest.mark.parametrize('limits', [[0, 1], [2, 1], [1, 1], [np.nan], [1, 2, 3, 4, 5, 6]])
def test_wrong_limits(limits):
    with pytest.raises(ValueError, match='limits of width'):
        WidthClasses(limits)
