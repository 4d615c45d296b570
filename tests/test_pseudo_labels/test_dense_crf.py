"""Mean-field inference against the sums over all pairs of pixels."""

import cv2
import numpy as np
import pytest

from mmcrack.pseudo_labels.dense_crf import dense_crf


def brute_force(probability, image, *, sxy, compat, bilateral_sxy, srgb, bilateral_compat):
    """Krähenbühl and Koltun's algorithm 1, by matrices of all pairs, five iterations."""
    places = np.indices(probability.shape).reshape(2, -1).T.astype(float)
    colors = image.reshape(-1, 3).astype(float)
    near = np.exp(-squared_distances(places) / (2 * sxy**2))
    alike = np.exp(
        -squared_distances(places) / (2 * bilateral_sxy**2)
        - squared_distances(colors) / (2 * srgb**2)
    )
    kernels = compat * normalized(near) + bilateral_compat * normalized(alike)
    unary = -np.log(np.clip([1 - probability.ravel(), probability.ravel()], 1e-5, None))
    classes = np.exp(-unary) / np.exp(-unary).sum(axis=0)
    for _ in range(5):
        penalty = (kernels @ classes.T).T[::-1]  # Potts: what the other class weighs
        classes = np.exp(-unary - penalty)
        classes /= classes.sum(axis=0)
    return classes[1].reshape(probability.shape)


def squared_distances(points):
    return np.square(points[:, None] - points).sum(axis=2)


def normalized(kernel):
    scale = 1 / np.sqrt(kernel.sum(axis=1))
    return scale[:, None] * kernel * scale


@pytest.fixture
def scene():
    """A dark line in noise, and a blurred map that lies a little beside it."""
    rng = np.random.default_rng(0)
    line = cv2.line(np.zeros((36, 48), np.uint8), (0, 10), (47, 28), 1, 3)
    image = 150 - 90 * line[..., None] + rng.integers(-12, 13, (36, 48, 3))
    coarse = cv2.GaussianBlur(np.roll(line, 2, 0).astype(np.float32), (0, 0), 2)
    return np.clip(1.5 * coarse, 0.02, 0.98), image.astype(np.uint8), line > 0


@pytest.mark.parametrize(
    ('sxy', 'compat', 'bilateral_sxy', 'srgb', 'bilateral_compat'),
    [(3, 3, 80, 13, 10), (2, 1, 20, 30, 4), (1, 0, 40, 20, 5), (3, 3, 80, 13, 0)],
)
def test_comes_near_the_sums_over_all_pairs(
    scene, sxy, compat, bilateral_sxy, srgb, bilateral_compat
):
    probability, image, _ = scene
    found = dense_crf(
        probability,
        image,
        gaussian_sxy=sxy,
        gaussian_compat=compat,
        bilateral_sxy=bilateral_sxy,
        bilateral_srgb=srgb,
        bilateral_compat=bilateral_compat,
    )
    expected = brute_force(
        probability,
        image,
        sxy=sxy,
        compat=compat,
        bilateral_sxy=bilateral_sxy,
        srgb=srgb,
        bilateral_compat=bilateral_compat,
    )
    assert found.dtype == np.float32
    assert np.abs(found - expected).mean() < (0.01 if bilateral_compat else 1e-4)
    assert ((found > 0.5) == (expected > 0.5)).mean() > 0.99


def test_the_map_moves_onto_the_line(scene):
    probability, image, line = scene
    before, after = (
        np.logical_and(p > 0.5, line).sum() / np.logical_or(p > 0.5, line).sum()
        for p in (probability, dense_crf(probability, image, bilateral_compat=5))
    )
    assert before < 0.6
    assert after > 0.8


def test_without_kernels_or_iterations_the_map_stays(scene):
    probability, image, _ = scene
    plain = dense_crf(probability, image, gaussian_compat=0, bilateral_compat=0)
    np.testing.assert_allclose(plain, probability, atol=1e-6)
    np.testing.assert_allclose(dense_crf(probability, image, iterations=0), probability)


def test_certain_pixels_and_flat_images_are_taken():
    certain = np.zeros((20, 20), np.float32)
    certain[:, 10:] = 1
    found = dense_crf(certain, np.full((20, 20, 3), 9, np.uint8), bilateral_compat=0)
    np.testing.assert_allclose(found, certain, atol=1e-3)
    assert np.isfinite(dense_crf(certain, np.full((20, 20, 3), 9, np.uint8))).all()


@pytest.mark.parametrize(
    ('change', 'message'),
    [
        ({'image': np.zeros((20, 21, 3), np.uint8)}, r'\(20, 21, 3\)'),
        ({'image': np.zeros((20, 20, 3))}, 'float64'),
        ({'probability': np.full((20, 20), 1.5)}, r'\[0, 1\]'),
        ({'probability': np.full((20, 20), np.nan)}, r'\[0, 1\]'),
        ({'iterations': -1}, 'iterations=-1'),
        ({'bilateral_compat': -1}, 'bilateral_compat=-1'),
        ({'gaussian_sxy': 0}, 'gaussian_sxy=0'),
        ({'bilateral_srgb': -3}, 'bilateral_srgb=-3'),
    ],
)
def test_is_refused(change, message):
    arguments = dict(probability=np.zeros((20, 20)), image=np.zeros((20, 20, 3), np.uint8))
    with pytest.raises(ValueError, match=message):
        dense_crf(**(arguments | change))
