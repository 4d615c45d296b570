"""From an image and its restoration to probabilities."""

import cv2
import numpy as np
import pytest
import torch
from restoration_toy import build, cracked, texture
from scipy.ndimage import uniform_filter


def error_map(name, **options):
    return build(dict(type=f'mmcrack.{name}', **options))


@pytest.mark.parametrize('name', ['PixelErrorMap', 'GradientErrorMap'])
def test_a_dark_line_on_a_restored_texture_is_the_map(name):
    surface = texture()
    image, line = cracked(surface)
    errors = error_map(name)(image, surface)
    assert errors.shape == (1, 1, 48, 48)
    assert 0 <= errors.min() <= errors.max() <= 1
    near = torch.nn.functional.max_pool2d(line.float(), 5, 1, 2) > 0
    far = torch.nn.functional.max_pool2d(line.float(), 33, 1, 16) == 0
    assert errors[near].mean() > 20 * errors[far].mean().clamp_min(1e-3)
    assert errors[line].min() > 0.3 or name == 'GradientErrorMap'


def test_pixel_errors_are_differences_of_gray_values():
    surface = texture()
    image, line = cracked(surface)
    gray = [
        cv2.cvtColor(part[0].permute(1, 2, 0).numpy(), cv2.COLOR_RGB2GRAY)
        for part in (image, surface)
    ]
    found = error_map('PixelErrorMap')(image, surface)[0, 0].numpy()
    np.testing.assert_allclose(found, np.abs(gray[0] - gray[1]), atol=1e-5)
    assert (found[~line[0, 0].numpy()] == 0).all()


def test_dark_polarity_leaves_out_bright_lines():
    surface = texture() * 0.6
    dark, line = cracked(surface, row=10)
    image = torch.where(line.roll(20, 2), torch.ones(()), dark)
    both = error_map('PixelErrorMap')(image, surface)
    only = error_map('PixelErrorMap', polarity='dark')(image, surface)
    assert torch.equal(only[line], both[line])
    assert both[line.roll(20, 2)].min() > 0.3
    assert only[line.roll(20, 2)].max() == 0


def test_stretching_makes_maps_independent_of_brightness_and_contrast():
    surface = texture()
    image, _ = cracked(surface)
    stretched = error_map('PixelErrorMap', stretch=True)
    expected = stretched(image, surface)
    assert (expected.min(), expected.max()) == (0, 1)
    torch.testing.assert_close(stretched(0.3 * image + 0.1, surface), expected, atol=1e-4, rtol=0)
    assert stretched(surface, surface).max() == 0


def test_mean_filter_is_scipys_inside_and_leaves_constants_alone():
    errors = torch.rand(2, 1, 30, 34, generator=torch.Generator().manual_seed(0))
    found = error_map('MeanSmoothing', size=7)(errors)[1, 0].numpy()
    expected = uniform_filter(errors[1, 0].double().numpy(), 7)
    np.testing.assert_allclose(found[3:-3, 3:-3], expected[3:-3, 3:-3], atol=1e-6)
    ones = torch.ones(1, 1, 9, 9)
    torch.testing.assert_close(error_map('MeanSmoothing', size=7)(ones), ones)


def test_bilateral_filter_weights_by_distance_and_by_difference():
    errors = torch.rand(1, 1, 15, 15, generator=torch.Generator().manual_seed(0))
    smooth = error_map('BilateralSmoothing', diameter=9, sigma_color=40, sigma_space=3)
    values = errors[0, 0].double().numpy()
    y, x = np.mgrid[-4:5, -4:5]
    around = values[3:12, 3:12]
    weights = np.exp(-(y**2 + x**2) / (2 * 9)) * (y**2 + x**2 <= 16)
    weights = weights * np.exp(-((around - values[7, 7]) ** 2) / (2 * (40 / 255) ** 2))
    found = smooth(errors)[0, 0, 7, 7].item()
    assert found == pytest.approx((weights * around).sum() / weights.sum(), abs=1e-3)


def test_a_quantile_of_crack_free_errors_gets_the_probability_of_a_half():
    threshold = error_map('QuantileThreshold', quantile=0.9)
    threshold.fit(np.linspace(0, 2, 2001, dtype=np.float32))
    assert threshold.value.item() == pytest.approx(1.8)
    errors = torch.tensor([0.0, 0.6, 1.8, 5.4]).view(1, 1, 2, 2)
    prob = threshold(errors).sigmoid().flatten()
    torch.testing.assert_close(prob, torch.tensor([0.0, 0.25, 0.5, 0.75]), atol=1e-5, rtol=0)


def test_thresholds_are_kept_in_checkpoints():
    threshold = error_map('QuantileThreshold')
    threshold.fit(np.full(10, 0.3))
    copy = error_map('QuantileThreshold')
    copy.load_state_dict(threshold.state_dict())
    assert copy.value == threshold.value


def test_predicting_without_a_threshold_says_what_is_missing():
    with pytest.raises(RuntimeError, match='CalibrationHook'):
        error_map('QuantileThreshold')(torch.rand(1, 1, 4, 4))


@pytest.mark.parametrize('errors', [np.zeros(0), np.array([0.1, np.nan])])
def test_thresholds_of_nothing_are_refused(errors):
    with pytest.raises(ValueError, match='finite errors'):
        error_map('QuantileThreshold').fit(errors)


def test_otsu_separates_two_groups_in_each_image():
    errors = torch.full((2, 1, 10, 10), 0.1)
    errors[0, :, 3] = 0.4
    errors[1, :, :, 5] = 0.9
    errors += 0.01 * torch.rand(errors.shape, generator=torch.Generator().manual_seed(0))
    logits = error_map('OtsuThreshold')(errors)
    assert torch.equal(logits > 0, errors > 0.3)
    errors[0, 0, 0, 0] = float('nan')
    assert torch.equal(
        error_map('OtsuThreshold')(errors).isnan().all((1, 2, 3)), torch.tensor([True, False])
    )
    flat = error_map('OtsuThreshold')(torch.zeros(1, 1, 5, 5))
    assert not (flat.sigmoid() > 0.5).any()


@pytest.mark.parametrize(
    'options',
    [
        dict(type='mmcrack.PixelErrorMap', polarity='bright'),
        dict(type='mmcrack.MeanSmoothing', size=4),
        dict(type='mmcrack.QuantileThreshold', quantile=1.0),
    ],
)
def test_bad_arguments_are_named(options):
    name = next(key for key in options if key != 'type')
    with pytest.raises(ValueError, match=name):
        build(options)
