import numpy as np
import pytest

from mmcrack.datasets.transforms import AddSyntheticCrack


@pytest.fixture
def sample():
    label = np.zeros((96, 96), np.float32)
    label[:20] = -1
    label[40:44] = 1
    return {'img': np.full((96, 96, 3), (150, 160, 170), np.uint8), 'gt_seg_map': label}


def test_the_crack_is_dark_labelled_and_nothing_else_changes(sample):
    np.random.seed(0)  # noqa: NPY002
    before = {key: value.copy() for key, value in sample.items()}
    results = AddSyntheticCrack(prob=1, params=dict(contrast=(0.8, 0.9), blur=0.3))(sample)
    drawn = (results['gt_seg_map'] == 1) & (before['gt_seg_map'] != 1)
    assert drawn.sum() > 40
    np.testing.assert_array_equal(results['gt_seg_map'][~drawn], before['gt_seg_map'][~drawn])
    assert results['img'][drawn].mean() < 0.6 * before['img'].mean()
    far = ~np.lib.stride_tricks.sliding_window_view(np.pad(drawn, 12), (25, 25)).any((2, 3))
    assert np.abs(results['img'][far].astype(int) - before['img'][far]).mean() < 25
    assert results['img'].dtype == np.uint8


def test_the_share_of_photographs_and_the_draws(sample):
    np.random.seed(1)  # noqa: NPY002
    transform = AddSyntheticCrack(prob=0.3)
    results = [transform({key: value.copy() for key, value in sample.items()}) for _ in range(60)]
    changed = [not np.array_equal(result['img'], sample['img']) for result in results]
    assert 8 <= sum(changed) <= 28
    assert len({result['gt_seg_map'].tobytes() for result in results}) == sum(changed) + 1


def test_settings_are_checked():
    with pytest.raises(ValueError, match='prob'):
        AddSyntheticCrack(prob=1.5)
    with pytest.raises(TypeError, match='contrats'):
        AddSyntheticCrack(params=dict(contrats=(0, 1)))
    with pytest.raises(ValueError, match='uint8'):
        AddSyntheticCrack(prob=1)({'img': np.zeros((20, 20, 3), np.float32), 'gt_seg_map': None})
