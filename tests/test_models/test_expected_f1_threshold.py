"""The threshold that a map gives itself is the one that masks drawn from the map would choose."""

import numpy as np
import pytest
import torch

from mmcrack.models.layers import ExpectedF1Threshold


def a_map(certain: float, size: int = 3000) -> np.ndarray:
    """A tenth cracks, by logits around ±``certain``."""
    rng = np.random.default_rng(0)
    logit = np.where(rng.random(size) < 0.1, certain, -certain) + rng.normal(0, 1.5, size)
    return 1 / (1 + np.exp(-logit))


def mean_f1(prob: np.ndarray, thresholds: np.ndarray) -> np.ndarray:
    """F1 at each threshold, the mean over 300 masks drawn from the probabilities."""
    masks = np.random.default_rng(1).random((300, prob.size)) < prob
    scores = []
    for threshold in thresholds:
        pred = prob > threshold
        scores.append((2 * (masks & pred).sum(1) / (masks.sum(1) + pred.sum())).mean())
    return np.array(scores)


@pytest.mark.parametrize('certain', [0.5, 1.5, 4.0])
def test_no_other_threshold_has_a_higher_f1_on_masks_drawn_from_the_map(certain):
    prob = a_map(certain)
    own = ExpectedF1Threshold()(torch.from_numpy(prob)).item()
    grid = np.linspace(0.01, 0.99, 99)
    best = mean_f1(prob, grid).max()
    assert mean_f1(prob, np.array([own]))[0] > best - 0.002
    assert mean_f1(prob, np.array([0.5]))[0] < best - (0.0 if certain == 4 else 0.02)


def test_the_threshold_is_half_of_the_best_expected_f1():
    prob = a_map(1.0, 200)
    ranked = np.sort(prob)[::-1]
    f1 = [2 * ranked[:k].sum() / (k + ranked.sum()) for k in range(1, len(ranked) + 1)]
    own = ExpectedF1Threshold()(torch.from_numpy(prob).reshape(1, 10, 20))
    assert own.item() == pytest.approx(max(f1) / 2)
    assert own.shape == ()


def test_it_is_lower_where_the_map_is_less_certain():
    easy, hard = (ExpectedF1Threshold()(torch.from_numpy(a_map(c))).item() for c in (4.0, 0.5))
    assert hard < 0.37 < 0.4 < easy < 0.5


def test_a_calibration_moves_the_threshold_and_not_the_choice():
    """A map whose logits were bent is judged as the straight one."""
    prob = a_map(1.0)
    bent = 1 / (1 + np.exp(-(np.log(prob / (1 - prob)) - 0.4) / 1.3))
    straight = ExpectedF1Threshold()(torch.from_numpy(prob)).item()
    own = ExpectedF1Threshold(slope=1.3, offset=0.4)(torch.from_numpy(bent)).item()
    assert np.array_equal(prob > straight, bent > own)


@pytest.mark.parametrize('value', [0.0, 1e-9, 0.2, 0.49])
def test_a_map_without_a_likely_crack_stays_empty(value):
    prob = torch.full((1, 4, 5), value)
    assert ExpectedF1Threshold()(prob).item() == pytest.approx(0.5)
    shifted = ExpectedF1Threshold(slope=2.0, offset=-1.0)(prob).item()
    assert shifted == pytest.approx(1 / (1 + np.exp(-0.5)))  # where 2 logit − 1 = 0


def test_certain_maps_and_maps_that_are_no_numbers():
    assert 0 < ExpectedF1Threshold()(torch.tensor([1.0, 1.0, 0.0])).item() < 1
    assert ExpectedF1Threshold()(torch.tensor([0.9, torch.nan])).isnan()


@pytest.mark.parametrize('slope', [0.0, -1.0, float('nan')])
def test_a_slope_that_turns_the_order_is_refused(slope):
    with pytest.raises(ValueError, match='slope'):
        ExpectedF1Threshold(slope=slope)
