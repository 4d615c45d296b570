import numpy as np
import pytest

from mmcrack.datasets.transforms import FourierAmplitudeExchange, WithoutLabel
from mmcrack.synthesis import fourier_composite, fourier_params


@pytest.fixture
def photograph():
    return np.random.default_rng(0).integers(80, 180, (64, 80, 3), dtype=np.uint8)


def draw(transform, photograph):
    return transform({'img': photograph.copy(), 'img_path': 'a.jpg'})


def test_image_and_label_are_those_of_a_composite(photograph):
    np.random.seed(3)  # noqa: NPY002
    seed = np.random.randint(2**31)  # noqa: NPY002
    np.random.seed(3)  # noqa: NPY002
    results = draw(
        FourierAmplitudeExchange(beta=(0.1, 0.2), fractal=dict(roots=(2, 2))), photograph
    )
    params = fourier_params(dict(beta=(0.1, 0.2), fractal=dict(roots=(2, 2))))
    image, mask = fourier_composite(photograph, seed, params=params)
    np.testing.assert_array_equal(results['img'], image)
    np.testing.assert_array_equal(results['gt_seg_map'], (mask / 255).astype(np.float32))
    assert results['gt_seg_map'].dtype == np.float32
    assert results['img_path'] == 'a.jpg'


def test_each_draw_is_another(photograph):
    np.random.seed(0)  # noqa: NPY002
    transform = FourierAmplitudeExchange()
    labels = {draw(transform, photograph)['gt_seg_map'].tobytes() for _ in range(5)}
    assert len(labels) == 5


def test_settings_are_checked():
    with pytest.raises(TypeError, match='betas'):
        FourierAmplitudeExchange(betas=(0, 1))
    with pytest.raises(ValueError, match='width'):
        FourierAmplitudeExchange(fractal=dict(width=(4, 2)))


def test_without_label_every_pixel_is_ignored(photograph):
    results = WithoutLabel()({'img': photograph, 'gt_seg_map': np.ones((2, 2), np.float32)})
    assert results['gt_seg_map'].dtype == np.float32
    np.testing.assert_array_equal(results['gt_seg_map'], np.full((64, 80), -1))
    assert results['img'] is photograph
