import cv2
import numpy as np
import pytest

from mmcrack.measurement.components import find_runs, label_runs
from mmcrack.synthesis import fractal_crack


@pytest.mark.parametrize('rows', [1, 37, 200])
@pytest.mark.parametrize('seed', range(3))
def test_components_of_strips_are_those_of_opencv(seed, rows):
    mask = fractal_crack((200, 260), seed) > 0
    mask |= np.random.default_rng(seed).random(mask.shape) < 0.05
    found = label_runs([find_runs(mask[a : a + rows], a) for a in range(0, 200, rows)], 260)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(
        mask.astype(np.uint8), connectivity=8
    )
    figures = np.column_stack([found.box, found.area])
    assert sorted(map(tuple, figures)) == sorted(map(tuple, stats[1:]))
    row, column = np.nonzero(mask)
    pairs = set(zip(found.at(row, column), labels[row, column], strict=True))
    assert len(pairs) == count - 1


def test_rows_do_not_touch_round_the_border():
    mask = np.zeros((3, 5), bool)
    mask[0, 4] = mask[1, 0] = mask[2, 4] = True
    assert len(label_runs([find_runs(mask)], 5).area) == 3


def test_nothing():
    found = label_runs([find_runs(np.zeros((4, 5), bool))], 5)
    assert found.area.size == found.labels.size == 0
