"""The random walk against powers of a dense transition matrix."""

import numpy as np
import pytest

from mmcrack.pseudo_labels.random_walk import affinity_random_walk


def dense_walk(probability, image, radius, sigma_rgb, steps):
    places = np.indices(probability.shape).reshape(2, -1).T.astype(float)
    colors = image.reshape(-1, 3).astype(float)
    distance, difference = (np.square(x[:, None] - x).sum(axis=2) for x in (places, colors))
    affinity = np.exp(-difference / (2 * sigma_rgb**2)) * (distance <= radius**2)
    transition = affinity / affinity.sum(axis=1, keepdims=True)
    walked = np.linalg.matrix_power(transition, steps) @ probability.ravel()
    return walked.reshape(probability.shape)


@pytest.mark.parametrize('shape', [(7, 9), (3, 20), (1, 8)])
@pytest.mark.parametrize(('radius', 'steps'), [(1, 1), (2.5, 6), (5, 20)])
def test_equals_powers_of_the_transition_matrix(shape, radius, steps):
    rng = np.random.default_rng(0)
    probability = rng.random(shape).astype(np.float32)
    image = rng.integers(0, 40, (*shape, 3), dtype=np.uint8)
    found = affinity_random_walk(probability, image, radius=radius, sigma_rgb=12, steps=steps)
    expected = dense_walk(probability, image, radius, 12, steps)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_fills_the_gap_in_a_crack_and_stays_in_it():
    image = np.full((30, 40, 3), 160, np.uint8)
    image[14:17] = 50
    seed = np.zeros((30, 40), np.float32)
    seed[14:17] = 1
    seed[14:17, 18:22] = 0
    walked = affinity_random_walk(seed, image)
    assert (walked[14:17] > 0.5).all()
    assert walked[:14].max() < 1e-3
    assert walked[17:].max() < 1e-3


def test_crack_and_background_stay_complementary():
    rng = np.random.default_rng(0)
    probability = rng.random((12, 15)).astype(np.float32)
    image = rng.integers(0, 40, (12, 15, 3), dtype=np.uint8)
    crack, background = (affinity_random_walk(p, image) for p in (probability, 1 - probability))
    np.testing.assert_allclose(crack + background, 1, atol=1e-5)
    np.testing.assert_allclose(affinity_random_walk(probability, image, steps=0), probability)


@pytest.mark.parametrize(
    ('change', 'message'),
    [
        ({'image': np.zeros((20, 20), np.uint8)}, r'\(20, 20\)'),
        ({'image': np.zeros((20, 20, 3), np.uint16)}, 'uint16'),
        ({'probability': np.full((20, 20), -0.1)}, r'\[0, 1\]'),
        ({'radius': 0.5}, 'radius=0.5'),
        ({'sigma_rgb': 0}, 'sigma_rgb=0'),
        ({'steps': -1}, 'steps=-1'),
    ],
)
def test_is_refused(change, message):
    arguments = dict(probability=np.zeros((20, 20)), image=np.zeros((20, 20, 3), np.uint8))
    with pytest.raises(ValueError, match=message):
        affinity_random_walk(**(arguments | change))
