import numpy as np
import pytest

from mmcrack.datasets.transforms import IgnoreUncertain


def test_only_certain_values_count():
    label = np.array([[-1, 0, 0.2, 0.21, 0.5, 0.79, 0.8, 1]], np.float32)
    hard = IgnoreUncertain(low=0.2, high=0.8)({'gt_seg_map': label})['gt_seg_map']
    np.testing.assert_array_equal(hard, [[-1, 0, 0, -1, -1, -1, 1, 1]])
    assert hard.dtype == np.float32


def test_without_an_upper_bound_nothing_is_crack():
    label = np.array([[-1, 0, 0.2, 0.21, 1]], np.float32)
    hard = IgnoreUncertain(low=0.2, high=None)({'gt_seg_map': label})['gt_seg_map']
    np.testing.assert_array_equal(hard, [[-1, 0, 0, -1, -1]])


@pytest.mark.parametrize(('low', 'high'), [(1.0, None), (0.5, 0.5), (-0.1, 0.5), (0.5, 1.1)])
def test_bounds_are_checked(low, high):
    with pytest.raises(ValueError, match='low < high'):
        IgnoreUncertain(low=low, high=high)
