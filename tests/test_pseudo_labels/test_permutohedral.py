"""Lattice filtering against the Gaussian sums that it stands for."""

import numpy as np
import pytest

from mmcrack.pseudo_labels.permutohedral import PermutohedralFilter


def gaussian_means(features, values):
    distance = np.square(features[:, None] - features).sum(axis=2)
    kernel = np.exp(-distance / 2)
    return kernel @ values / kernel.sum(axis=1)


def lattice_means(features, values):
    lattice = PermutohedralFilter(features)
    return lattice(values) / lattice(np.ones_like(values))


@pytest.mark.parametrize('dimensions', [1, 2, 3, 5])
def test_means_come_near_gaussian_ones(dimensions):
    rng = np.random.default_rng(dimensions)
    features = rng.uniform(0, 3, (1500, dimensions)).astype(np.float32)
    values = np.sin(features.sum(axis=1)).astype(np.float32)
    expected = gaussian_means(features, values)
    found = lattice_means(features, values)
    assert np.abs(found - expected).mean() < 0.03
    assert np.corrcoef(found, expected)[0, 1] > 0.98


def test_sums_are_proportional_to_gaussian_ones():
    features = np.random.default_rng(0).normal(0, 1.5, (800, 2)).astype(np.float32)
    distance = np.square(features[:, None] - features).sum(axis=2)
    sums = PermutohedralFilter(features)(np.ones(800, np.float32))
    assert np.corrcoef(sums, np.exp(-distance / 2).sum(axis=1))[0, 1] > 0.999


def test_far_points_do_not_mix():
    features = np.array([[0.0, 0], [0.1, 0], [50, 50]], np.float32)
    means = lattice_means(features, np.array([1, 0, 5], np.float32))
    assert means[2] == pytest.approx(5)
    assert means[0] == pytest.approx(0.5, abs=0.05)


def test_shifting_all_points_changes_little():
    rng = np.random.default_rng(0)
    features = rng.uniform(0, 4, (1000, 3)).astype(np.float32)
    values = rng.random(1000).astype(np.float32)
    means, shifted = (lattice_means(features + by, values) for by in (0, np.float32(100.3)))
    np.testing.assert_allclose(means, shifted, atol=0.1)


def test_too_many_lattice_points_are_refused():
    features = np.array([[0.0] * 5, [1e6] * 5], np.float32)
    with pytest.raises(ValueError, match='standard deviations'):
        PermutohedralFilter(features)
