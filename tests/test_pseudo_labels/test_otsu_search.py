"""The search of all histograms at once against scikit-image's of each."""

import numpy as np
import pytest
from skimage.filters import threshold_multiotsu

from mmcrack.pseudo_labels.otsu_search import lowest_thresholds


def values_of(kind, rng, area):
    if kind == 'uniform':
        return rng.integers(0, 256, area)
    if kind == 'few':
        return rng.choice(rng.integers(0, 256, rng.integers(1, 9)), area)
    if kind == 'peak':
        return np.clip(rng.normal(rng.uniform(0, 255), rng.uniform(1, 60), area), 0, 255).astype(
            int
        )
    if kind == 'bright with outliers':
        return np.where(rng.random(area) < 0.01, rng.integers(0, 256, area), 255)
    if kind == 'dark with outliers':
        return np.where(rng.random(area) < 0.01, rng.integers(0, 256, area), rng.integers(0, 3))
    half = rng.integers(0, 128, area // 2)  # symmetric: the best pairs come in twos
    return np.concatenate([half, 255 - half])


def expected(counts, classes):
    try:
        prob = counts / counts.sum()
        return threshold_multiotsu(hist=(prob, np.arange(256)), classes=classes)[0]
    except ValueError:  # fewer values than classes
        return -1


@pytest.mark.parametrize('classes', [2, 3])
@pytest.mark.parametrize('area', [64, 576, 1024, 72**2])
@pytest.mark.parametrize(
    'kind',
    ['uniform', 'few', 'peak', 'bright with outliers', 'dark with outliers', 'symmetric'],
)
def test_equals_scikit_image(kind, area, classes):
    rng = np.random.default_rng(area)
    values = np.stack([values_of(kind, rng, area) for _ in range(25)])
    values[:, :2] = 0, 255
    counts = np.stack([np.bincount(row, minlength=256) for row in values], axis=1)
    bins = np.repeat(np.arange(256, dtype=np.float32)[:, None], counts.shape[1], axis=1)
    prob = (counts / area).astype(np.float32)
    found = lowest_thresholds(prob, bins, classes, area=area)
    np.testing.assert_array_equal(found, [expected(row, classes) for row in counts.T])


def test_no_histogram_need_have_enough_values():
    prob = np.zeros((256, 2), np.float32)
    prob[[0, 255]] = 0.5
    bins = np.repeat(np.arange(256, dtype=np.float32)[:, None], 2, axis=1)
    assert lowest_thresholds(prob, bins, 3, area=4).tolist() == [-1, -1]
    assert lowest_thresholds(prob, bins, 2, area=4).tolist() == [0, 0]
