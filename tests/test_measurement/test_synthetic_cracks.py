"""On cracks of mmcrack.synthesis, and on real masks."""

import os
from pathlib import Path

import cv2
import numpy as np
import pytest

from mmcrack.measurement import measure_cracks
from mmcrack.synthesis import fractal_crack
from mmcrack.synthesis.rasterize import FIXED, draw_discs


@pytest.mark.parametrize('radius', [1.6, 2.5, 5.0])
def test_band_of_discs(radius):
    step = np.arange(0, 600)
    turn = 0.9 * np.sin(step / 70)
    x, y = 40 + np.cumsum(0.5 * np.cos(turn)), 60 + np.cumsum(0.5 * np.sin(turn))
    discs = (np.rint(values * FIXED).astype(np.int64) for values in (x, y, np.full(600, radius)))
    (crack,) = measure_cracks(draw_discs((200, 380), *discs) > 0)
    assert crack.length == pytest.approx(0.5 * 599 + 2 * radius, rel=0.03)
    assert crack.width_mean == pytest.approx(2 * radius, rel=0.05)


def totals(mask, min_length=30):
    cracks = measure_cracks(mask, min_length=min_length)
    length = sum(crack.length for crack in cracks)
    width = sum(crack.length * crack.width_mean for crack in cracks) / length
    return length, width


@pytest.mark.parametrize('seed', range(6))
def test_figures_turn_with_the_image(seed):
    mask = fractal_crack(288, seed) > 0
    assert totals(np.rot90(mask)) == pytest.approx(totals(mask), rel=0.03)
    assert totals(mask[:, ::-1]) == pytest.approx(totals(mask), rel=0.03)


@pytest.mark.parametrize('seed', range(4))
def test_mean_width_agrees_with_area_over_length(seed):
    cracks = measure_cracks(fractal_crack(288, seed) > 0, min_length=60)
    assert cracks
    for crack in cracks:
        assert crack.width_mean == pytest.approx(crack.area / crack.length, rel=0.2)


@pytest.mark.skipif('MMCRACK_DATA' not in os.environ, reason='MMCRACK_DATA is not set')
def test_real_masks():
    files = sorted(Path(os.environ['MMCRACK_DATA'], 'deepcrack/test_lab').glob('*.png'))[::30]
    assert files
    for file in files:
        mask = cv2.imread(str(file), cv2.IMREAD_GRAYSCALE) > 127
        cracks = measure_cracks(mask, min_length=50)
        assert sum(crack.area for crack in cracks) > 0.8 * mask.sum()
        for crack in cracks:
            assert crack.width_mean <= crack.width_p95 <= crack.width_max
            assert crack.width_mean == pytest.approx(crack.area / crack.length, rel=0.35)
