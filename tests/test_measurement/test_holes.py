import numpy as np
import pytest
from scipy import ndimage

from mmcrack.measurement import holes, measure_cracks
from mmcrack.measurement.holes import with_filled_holes
from mmcrack.measurement.sampled_map import SampledMap


def by_labels(mask, area):
    """Holes by SciPy's components of the background, which outside the image is one."""
    labels, count = ndimage.label(np.pad(~mask, 1, constant_values=True))
    small = np.bincount(labels.ravel()) <= area
    small[[0, labels[0, 0]]] = False
    assert count
    return mask | small[labels][1:-1, 1:-1]


@pytest.mark.parametrize('area', [0, 1, 5, 40])
@pytest.mark.parametrize('rows', [1000, 7])
def test_small_enclosed_background_is_filled(area, rows, monkeypatch):
    monkeypatch.setattr(
        holes, 'strips', lambda h, w: ((y, min(y + rows, h)) for y in range(0, h, rows))
    )
    noise = np.random.default_rng(0).normal(size=(80, 60))
    mask = ndimage.gaussian_filter(noise, 1) > -0.05
    found = with_filled_holes(SampledMap(mask, 0.5), area)
    np.testing.assert_array_equal(found.values, by_labels(mask, area))
    assert area < 5 or found.values.sum() > mask.sum()


@pytest.mark.parametrize('kind', [np.uint8, np.uint16, np.float32])
def test_map_is_certain_in_a_hole_and_elsewhere_as_it_was(kind):
    top = np.iinfo(kind).max if kind != np.float32 else 1
    values = np.zeros((9, 9), kind)
    values[2:7, 2:7] = kind(0.8 * top)
    values[4, 4] = kind(0.1 * top)
    before = values.copy()
    expected = values.copy()
    expected[4, 4] = top
    np.testing.assert_array_equal(with_filled_holes(SampledMap(values, 0.5), 1).values, expected)
    np.testing.assert_array_equal(values, before)


def test_map_without_holes_is_not_copied():
    sampled = SampledMap(np.zeros((5, 5), bool), 0.5)
    assert with_filled_holes(sampled, 100) is sampled


def test_crack_with_grains_has_its_width():
    mask = np.zeros((60, 200), bool)
    mask[20:40, 5:195] = True
    clean = measure_cracks(mask)[0]
    mask[27:33, 20:190:17] = False
    mask[28:32, 28:180:23] = False
    (crack,) = measure_cracks(mask)
    assert crack.width_mean == pytest.approx(clean.width_mean)
    assert crack.length == pytest.approx(clean.length)
    assert (crack.area, crack.branch_points) == (20 * 190, 0)
    assert measure_cracks(mask, fill_holes=0)[0].branch_points > 0
