import cv2
import numpy as np
import pytest
from skimage.morphology import skeletonize
from skimage.morphology import thin as reference_thin

from mmcrack.measurement import skeletons
from mmcrack.measurement.thinning import thin
from mmcrack.synthesis import fractal_crack


@pytest.mark.parametrize('density', [0.2, 0.5, 0.9])
def test_thinning_of_noise_equals_scikit_image(density):
    mask = np.random.default_rng(0).random((90, 110)) < density
    np.testing.assert_array_equal(thin(mask), np.nonzero(reference_thin(mask)))


@pytest.mark.parametrize('seed', range(3))
def test_thinning_of_cracks_equals_scikit_image(seed):
    mask = fractal_crack(200, seed) > 0
    np.testing.assert_array_equal(thin(mask), np.nonzero(reference_thin(mask)))


def test_diagonal_bars_keep_their_length():
    row, column = np.mgrid[:80, :80]
    across = row - column
    mask = (across >= -2) & (across <= 1) & (row + column > 30) & (row + column < 130)
    assert skeletonize(mask).sum() == 1  # why scikit-image's default is not used
    assert len(thin(mask)[0]) > 45


@pytest.mark.parametrize('seed', range(4))
def test_strips_give_the_skeleton_of_the_whole_image(seed, monkeypatch):
    monkeypatch.setattr(skeletons, 'STRIP_PIXELS', 1)
    monkeypatch.setattr(skeletons, '_FIRST_HALO', 8)
    mask = fractal_crack((200, 260), seed) > 0
    mask[60:110, 40:200] = True  # wider than a strip and its surroundings
    strips = list(skeletons.strips(*mask.shape))
    assert len(strips) > 10
    parts = [skeletons.skeletonize_rows(lambda a, b: mask[a:b], 200, *rows) for rows in strips]
    row, column, radius = (np.concatenate(axis) for axis in zip(*parts, strict=True))
    expected = reference_thin(mask)
    np.testing.assert_array_equal(np.stack([row, column]), np.stack(np.nonzero(expected)))
    padded = np.pad(mask, 1).astype(np.uint8)
    distance = cv2.distanceTransform(padded, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)[1:-1, 1:-1]
    np.testing.assert_allclose(radius, distance[expected] - 0.5, atol=1e-5)
