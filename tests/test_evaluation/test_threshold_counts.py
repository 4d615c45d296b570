import numpy as np
import pytest
from scipy.ndimage import distance_transform_edt

from mmcrack.evaluation import count_at_thresholds, threshold_counts
from mmcrack.evaluation.threshold_counts import disk, threshold_levels

THRESHOLDS = [np.float32(k / 100) for k in range(100)]


def random_pair(seed, shape=(37, 29)):
    rng = np.random.default_rng(seed)
    prob = rng.random(shape).astype(np.float32)
    steps = (None, 100, 255)[seed % 3]  # many values equal to thresholds, or between them
    if steps:
        prob = np.round(prob * steps).astype(np.float32) / np.float32(steps)
    return prob, prob + rng.normal(0, 0.3, shape) > 0.8


def test_levels_are_exact_next_to_every_threshold():
    at = np.array([*THRESHOLDS, 1], np.float32)
    values = np.concatenate(
        [at, np.nextafter(at, np.float32(0)), np.nextafter(at[:-1], np.float32(1))]
    )
    expected = [sum(value > t for t in THRESHOLDS) for value in values]
    assert threshold_levels(values[None])[0].tolist() == expected


@pytest.mark.parametrize('seed', range(6))
def test_counts_equal_a_loop_over_thresholds(seed):
    prob, mask = random_pair(seed)
    counts = count_at_thresholds(prob, mask)
    assert counts.predicted.tolist() == [int((prob > t).sum()) for t in THRESHOLDS]
    assert counts.correct.tolist() == [int(((prob > t) & mask).sum()) for t in THRESHOLDS]
    assert counts.found is counts.correct
    assert counts.true == mask.sum()


@pytest.mark.parametrize('radius', [0.5, 1, 1.5, 2, 3])
def test_tolerant_counts_equal_distance_transforms(radius):
    prob, mask = random_pair(1)
    mask &= np.random.default_rng(2).random(mask.shape) < 0.1
    prob[np.random.default_rng(3).random(mask.shape) < 0.9] = 0
    counts = count_at_thresholds(prob, mask, tolerance=radius)
    near_true = distance_transform_edt(~mask) <= radius
    for k, threshold in enumerate(THRESHOLDS):
        pred = prob > threshold
        near_pred = distance_transform_edt(~pred) <= radius if pred.any() else pred
        assert counts.predicted[k] == pred.sum()
        assert counts.correct[k] == (pred & near_true).sum()
        assert counts.found[k] == (mask & near_pred).sum()


def test_disk_is_euclidean():
    assert disk(1).tolist() == [[0, 1, 0], [1, 1, 1], [0, 1, 0]]
    assert disk(1.5).all()
    assert disk(2).sum() == 13


def test_large_images_are_counted_in_parts(monkeypatch):
    prob, mask = random_pair(0)
    whole = count_at_thresholds(prob, mask)
    monkeypatch.setattr(threshold_counts, '_EXACT_IN_FLOAT32', 100)
    parts = count_at_thresholds(prob, mask)
    assert parts.predicted.tolist() == whole.predicted.tolist()
    assert parts.correct.tolist() == whole.correct.tolist()
