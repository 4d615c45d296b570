import hashlib

import cv2
import numpy as np
import pytest

from mmcrack.synthesis import FractalParams, fractal_crack


def digest(seeds, size=288):
    joined = hashlib.sha256()
    for seed in seeds:
        joined.update(fractal_crack(size, seed).tobytes())
    return joined.hexdigest()[:16]


def widest(mask):
    return 2 * cv2.distanceTransform(mask, cv2.DIST_L2, 5).max()


def test_pixels_of_fixed_seeds_never_change():
    # the same with NumPy 1.26 and 2.4, with and without AVX2, AVX-512 and FMA
    assert digest(range(50)) == '2761de0e15df967b'
    assert digest((2**40, 2**96), (384, 544)) == '00e97fff3c564d2e'


def test_format_area_and_variety():
    masks = [fractal_crack(288, seed) for seed in range(100)]
    shares = [np.count_nonzero(mask) / mask.size for mask in masks]
    assert all(mask.shape == (288, 288) and mask.dtype == np.uint8 for mask in masks)
    assert set(np.unique(np.stack(masks))) == {0, 255}
    assert min(shares) >= 0.005
    assert max(shares) <= 0.15
    assert len({mask.tobytes() for mask in masks}) == 100
    widths = [widest(mask) for mask in masks]
    assert np.percentile(widths, 10) < 5  # hairlines …
    assert np.percentile(widths, 90) > 14  # … and wide cracks


@pytest.mark.parametrize('size', [8, 16, 33, (8, 300), (300, 8), (384, 544)])
def test_any_size_is_filled(size):
    shape = (size, size) if isinstance(size, int) else size
    for seed in range(20):
        mask = fractal_crack(size, seed)
        assert mask.shape == shape
        assert mask.any()


def test_cracks_grow_with_the_image():
    small = np.mean([widest(fractal_crack(144, seed)) for seed in range(40)])
    large = np.mean([widest(fractal_crack(576, seed)) for seed in range(40)])
    assert 2.5 < large / small < 5  # four times the size


def test_parameters_rule_the_family():
    hair = FractalParams(width=(1.5, 2.0), roots=(1, 1), branching=(0.0, 0.0), area=(0, 1))
    for seed in range(20):
        mask = fractal_crack(288, seed, params=hair)
        assert widest(mask) <= 5
        assert cv2.connectedComponents(mask)[0] - 1 <= 2  # leaves the image and may come back


def test_branches_fork_off_the_main_crack():
    plain = FractalParams(roots=(1, 1), branching=(0.0, 0.0), area=(0, 1))
    forked = FractalParams(roots=(1, 1), branching=(1.0, 1.0), generations=(5, 6), area=(0, 1))
    area = [
        np.mean([(fractal_crack(288, seed, params=p) > 0).mean() for seed in range(30)])
        for p in (plain, forked)
    ]
    assert area[1] > 1.5 * area[0]


@pytest.mark.parametrize(('size', 'seed'), [(7, 0), ((288, 0), 0), (288, -1)])
def test_bad_arguments_are_named(size, seed):
    with pytest.raises(ValueError, match=r'size|seed'):
        fractal_crack(size, seed)


@pytest.mark.parametrize(
    'settings', [dict(width=(5.0, 2.0)), dict(branching=(0.0, 1.5)), dict(roots=(0, 1))]
)
def test_bad_parameters_are_named(settings):
    with pytest.raises(ValueError, match=next(iter(settings))):
        FractalParams(**settings)
