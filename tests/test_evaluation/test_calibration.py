"""A calibration is the logistic regression of masks on the maps' logits."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from mmcrack.evaluation import fit_calibration


def drawn(slope, offset, size, seed):
    """A map, and a mask of which σ(slope · logit + offset) is the probability."""
    rng = np.random.default_rng(seed)
    logit = rng.normal(-1, 3, size)
    mask = rng.random(size) < 1 / (1 + np.exp(-(slope * logit + offset)))
    return 1 / (1 + np.exp(-logit)), mask


def test_the_calibration_that_masks_were_drawn_by_is_found():
    fit = fit_calibration(drawn(0.7, -0.5, (100, 200), seed) for seed in range(10))
    assert fit.slope == pytest.approx(0.7, abs=0.01)
    assert fit.offset == pytest.approx(-0.5, abs=0.03)


def test_it_is_scikit_learns_with_every_image_of_the_same_weight():
    images = [drawn(1.4, 0.3, (20, 30), 0), drawn(0.5, -0.8, (70, 90), 1)]
    prob = np.concatenate([prob.ravel() for prob, _ in images])
    mask = np.concatenate([mask.ravel() for _, mask in images])
    weight = np.concatenate([np.full(mask.size, 1e3 / mask.size) for _, mask in images])
    model = LogisticRegression(C=1e6, tol=1e-8).fit(
        np.log(prob / (1 - prob))[:, None], mask, sample_weight=weight
    )
    fit = fit_calibration(images)
    assert fit.slope == pytest.approx(model.coef_[0, 0], rel=2e-3)
    assert fit.offset == pytest.approx(model.intercept_[0], abs=2e-3)


def test_maps_that_reach_0_and_1_have_a_calibration():
    prob = np.array([[0.0, 0.0, 0.0, 0.4, 0.6, 1.0, 1.0, 1.0]])
    mask = np.array([[0, 0, 1, 0, 1, 1, 1, 0]], bool)
    fit = fit_calibration([(prob, mask)])
    assert np.isfinite([fit.slope, fit.offset]).all()
    assert fit.slope > 0


@pytest.mark.parametrize('crack', [True, False])
def test_masks_of_one_kind_are_refused(crack):
    with pytest.raises(ValueError, match='crack pixels'):
        fit_calibration([(np.full((2, 3), 0.5), np.full((2, 3), crack))])


def test_shapes_that_differ_are_refused():
    with pytest.raises(ValueError, match='mask'):
        fit_calibration([(np.full((2, 3), 0.5), np.ones((3, 2), bool))])


@pytest.mark.parametrize('value', [-0.1, 1.1, np.nan])
def test_what_is_no_probability_is_refused(value):
    prob = np.array([[0.2, value]])
    with pytest.raises(ValueError, match='outside'):
        fit_calibration([(prob, np.array([[True, False]]))])
