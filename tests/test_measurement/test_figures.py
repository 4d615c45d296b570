import numpy as np
import pytest

from mmcrack.measurement.calibration import mm_per_pixel_between
from mmcrack.measurement.figures import weighted_quantiles, width_figures


def test_whole_weights_count_like_repeated_values():
    rng = np.random.default_rng(0)
    values, group = rng.random(300), rng.integers(0, 4, 300)
    weights = rng.integers(1, 6, 300)
    shares = [0.0, 0.3, 0.5, 0.95, 1.0]
    found = weighted_quantiles(values, weights.astype(float), group, 6, shares)
    for index in range(4):
        repeated = np.repeat(values[group == index], weights[group == index])
        expected = np.quantile(repeated, shares, method='inverted_cdf')
        np.testing.assert_array_equal(found[index], expected)
    assert np.isnan(found[4:]).all()


def test_unknown_widths_do_not_count():
    width = np.array([2.0, np.nan, 4.0, np.nan])
    figures = width_figures(width, np.array([1.0, 9.0, 3.0, 1.0]), np.array([0, 0, 0, 1]), 2)
    np.testing.assert_allclose(figures[0], [3.5, 4, 4, 4])
    assert np.isnan(figures[1]).all()


def test_two_points_give_the_size_of_a_pixel():
    assert mm_per_pixel_between((10, 10), (40, 50), 100) == 2
    with pytest.raises(ValueError, match='two different points'):
        mm_per_pixel_between((1, 2), (1, 2), 5)
    with pytest.raises(ValueError, match='a distance above 0 mm'):
        mm_per_pixel_between((1, 2), (3, 2), 0)
