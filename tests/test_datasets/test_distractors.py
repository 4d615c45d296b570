import cv2
import numpy as np
import pytest

from mmcrack.datasets.transforms import AddDistractors
from mmcrack.synthesis import DISTRACTORS


@pytest.fixture
def sample():
    tones = np.random.default_rng(0).integers(150, 170, (96, 128, 3), dtype=np.uint8)
    return {'img': tones, 'gt_seg_map': np.zeros((96, 128), np.float32)}


@pytest.mark.parametrize('kind', DISTRACTORS)
def test_every_kind_changes_the_image_and_no_label(sample, kind):
    np.random.seed(3)  # noqa: NPY002
    before = sample['img'].copy()
    changes = []
    for _ in range(4):
        results = AddDistractors(rate=1, kinds=[kind])({**sample, 'img': before.copy()})
        changes.append(np.abs(results['img'].astype(int) - before).max())
        assert results['img'].dtype == np.uint8
        assert not results['gt_seg_map'].any()
    assert max(changes) > 10


def test_rust_is_brown_and_specks_are_dark_and_compact(sample):
    np.random.seed(0)  # noqa: NPY002
    before = sample['img'].astype(int)
    rust = AddDistractors(rate=1, kinds=['rust'])(dict(sample))['img'] - before
    assert rust[..., 0].mean() < rust[..., 1].mean() < rust[..., 2].mean() <= 0  # BGR
    specks = AddDistractors(rate=1, kinds=['specks'])(dict(sample))['img'] - before
    assert specks.max() <= 0
    dark = specks[..., 1] < 0.5 * specks[..., 1].min()
    assert 0 < dark.mean() < 0.25


def test_a_kerb_has_two_sides_that_differ_and_a_wide_shade():
    flat = np.full((128, 128, 3), 0.5, np.float32)
    across = dark_ones = 0
    for seed in range(20):
        tones = DISTRACTORS['kerb'](flat, np.random.default_rng(seed))[..., 0]
        assert 0.02 < tones.min() < tones.max() < 0.7
        above = np.isclose(tones, 0.5, atol=1e-3)
        if not 0.1 < above.mean() < 0.9:
            continue  # its edge lies at the border
        across += 1
        below = tones[~above]
        assert (np.abs(below - 0.5) > 0.02).mean() > 0.5  # its side, not a line alone
        dark = (tones < 0.45).astype(np.uint8)
        if dark.any():
            dark_ones += 1
            assert cv2.distanceTransform(dark, cv2.DIST_L2, 5).max() > 2
    assert across > 10
    assert dark_ones > 5


def test_no_rate_changes_nothing(sample):
    before = sample['img'].copy()
    np.testing.assert_array_equal(AddDistractors(rate=0)(sample)['img'], before)


def test_settings_are_checked():
    with pytest.raises(ValueError, match='rate'):
        AddDistractors(rate=-0.1)
    with pytest.raises(ValueError, match=r'must be from .*specks.*leaf'):
        AddDistractors(kinds=['leaf'])
