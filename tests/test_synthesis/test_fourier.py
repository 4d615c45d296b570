import cv2
import numpy as np
import pytest

from mmcrack.synthesis import FractalParams, fourier_composite, fourier_params, fractal_crack
from mmcrack.synthesis.fourier import exchange_amplitude


def amplitudes_of_window(source, target, reach):
    """Both spectra in full, with frequency 0 in the middle, as FDA's paper draws them."""
    own, other = (np.fft.fftshift(np.fft.fft2(image)) for image in (source, target))
    row, column = source.shape[0] // 2, source.shape[1] // 2
    window = (
        slice(max(row - reach, 0), row + reach + 1),
        slice(max(column - reach, 0), column + reach + 1),
    )
    amplitude = np.abs(own)
    amplitude[window] = np.abs(other)[window]
    return np.fft.ifft2(np.fft.ifftshift(amplitude * np.exp(1j * np.angle(own)))).real


@pytest.mark.parametrize('shape', [(24, 30), (25, 31), (30, 21)])
@pytest.mark.parametrize('beta', [0.0, 0.1, 0.3])
def test_amplitudes_of_low_frequencies_are_exchanged(shape, beta):
    rng = np.random.default_rng(0)
    source, target = rng.uniform(0, 255, (2, *shape, 2)).astype(np.float32)
    found = exchange_amplitude(source, target, beta)
    for channel in range(2):
        expected = amplitudes_of_window(
            source[..., channel], target[..., channel], int(beta * min(shape))
        )
        np.testing.assert_allclose(found[..., channel], expected, atol=1e-2)


def test_an_image_with_its_own_amplitude_is_itself():
    image = np.random.default_rng(1).uniform(0, 255, (20, 33, 3)).astype(np.float32)
    np.testing.assert_allclose(exchange_amplitude(image, image, 0.4), image, atol=1e-2)


def test_images_of_two_shapes_are_refused():
    with pytest.raises(ValueError, match='one shape'):
        exchange_amplitude(np.zeros((8, 8, 3)), np.zeros((8, 9, 3)), 0.1)


@pytest.fixture
def photograph():
    fine = np.random.default_rng(2).normal(0, 60, (96, 128, 3)).astype(np.float32)
    coarse = cv2.GaussianBlur(fine, (0, 0), 3) * 3
    return np.clip(fine / 6 + coarse + (90, 120, 150), 0, 255).astype(np.uint8)


def test_composite_shows_the_fractal_in_the_tones_of_the_photograph(photograph):
    params = fourier_params(dict(fractal=dict(width=(6, 20))))
    for seed in range(4):
        image, mask = fourier_composite(photograph, seed, params=params)
        expected = fractal_crack((96, 128), seed, params=FractalParams(width=(6, 20)))
        np.testing.assert_array_equal(mask, expected)
        assert image.dtype == np.uint8
        means = image.mean((0, 1))
        np.testing.assert_allclose(means, photograph.mean((0, 1)), atol=2)
        curve, around = image[mask > 0].mean(), image[mask == 0].mean()
        assert curve < around - 5


def test_composite_is_decided_by_the_seed(photograph):
    first, again, other = (fourier_composite(photograph, seed)[0] for seed in (4, 4, 5))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_what_the_photograph_shows_at_a_place_does_not_matter(photograph):
    photograph[40:44] = 20  # a crack of its own
    params = fourier_params(dict(noise=0))
    moved, _ = fourier_composite(np.roll(photograph, 17, 0), 3, params=params)
    np.testing.assert_array_equal(moved, fourier_composite(photograph, 3, params=params)[0])


def test_gray_photographs_are_fine(photograph):
    image, _ = fourier_composite(photograph[..., :1], 0)
    assert image.shape == (96, 128, 1)


@pytest.mark.parametrize(
    'settings', [dict(beta=(0.1, 0.6)), dict(blur=(2, 1)), dict(intensity=(0, 256)), dict(noise=-1)]
)
def test_settings_out_of_range_are_refused(settings):
    with pytest.raises(ValueError, match=next(iter(settings))):
        fourier_params(settings)


def test_photographs_are_8_bit(photograph):
    with pytest.raises(ValueError, match='float32'):
        fourier_composite(photograph.astype(np.float32), 0)
