"""Flips, quarter turns and noise."""

import numpy as np
import pytest
from PIL import Image

from mmcrack.datasets.transforms import (
    RandomFlipRotate90,
    RandomGaussianNoise,
    RandomMultiplicativeNoise,
)
from mmcrack.datasets.transforms.flip_rotate90 import flip_rotate90


@pytest.fixture
def image():
    return np.random.default_rng(0).integers(0, 256, (5, 7, 3), dtype=np.uint8)


def test_the_eight_cases_are_those_of_pillow(image):
    turns = [getattr(Image.Transpose, f'ROTATE_{angle}') for angle in (90, 180, 270)]
    pillow = Image.fromarray(image)
    expected = []
    for start in (pillow, pillow.transpose(Image.Transpose.FLIP_LEFT_RIGHT)):
        expected += [start, *(start.transpose(turn) for turn in turns)]
    for case, picture in enumerate(expected):
        np.testing.assert_array_equal(flip_rotate90(image, case), np.asarray(picture))


def test_image_and_label_turn_together_and_all_cases_occur(image):
    label = image[..., 0].astype(np.float32)
    np.random.seed(0)  # noqa: NPY002
    seen = set()
    for _ in range(100):
        results = RandomFlipRotate90()(dict(img=image, gt_seg_map=label))
        np.testing.assert_array_equal(results['img'][..., 0], results['gt_seg_map'])
        assert results['img_shape'] == results['img'].shape[:2]
        seen.add(results['img'].tobytes())
    assert len(seen) == 8


def test_gaussian_noise_has_the_drawn_spread():
    gray = np.full((200, 200), 128, np.uint8)
    np.random.seed(0)  # noqa: NPY002
    stds = [RandomGaussianNoise(10)({'img': gray})['img'].std() for _ in range(50)]
    assert max(stds) == pytest.approx(10, abs=0.7)
    assert np.mean(stds) == pytest.approx(5, abs=1.5)
    assert abs(RandomGaussianNoise(10)({'img': gray})['img'].mean() - 128) < 0.2


def test_multiplicative_noise_is_one_factor_or_one_for_each_value(image):
    np.random.seed(0)  # noqa: NPY002
    gray = np.full((50, 50), 100, np.uint8)
    whole = RandomMultiplicativeNoise()({'img': gray})['img']
    assert len(np.unique(whole)) == 1
    each = RandomMultiplicativeNoise(elementwise=True)({'img': gray})['img']
    assert each.min() == 75
    assert each.max() == 125
    bright = RandomMultiplicativeNoise((3, 3))({'img': gray})['img']
    assert (bright == 255).all()  # not 300 − 256


def test_refusals():
    with pytest.raises(ValueError, match='float32'):
        RandomGaussianNoise()({'img': np.zeros((2, 2), np.float32)})
    with pytest.raises(ValueError, match='-1'):
        RandomGaussianNoise(-1)
    with pytest.raises(ValueError, match='multiplier'):
        RandomMultiplicativeNoise((1.2, 0.8))
