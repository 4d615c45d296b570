import math

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from mmcrack.models.losses.gm_loss import gm_loss
from mmcrack.registry import MODELS

AUGMENTED = ('ISDALoss', 'IGMSDALoss')


def equations(linear, lambda_, alpha):
    """Part I (Eq. 4) and part II (Eq. 9) of each sample, term by term in float64."""
    weight, bias = linear.weight.detach().double().numpy(), linear.bias.double().numpy()
    classes = range(len(weight))
    parts = []
    for a, y in zip(linear.features.double().numpy(), linear.labels.tolist(), strict=True):
        sigma = linear.covariance(y).numpy()
        one = two = 0.0
        for j in classes:
            difference = weight[j] - weight[y]
            quadratic = lambda_ / 2 * difference @ sigma @ difference
            one += math.exp(difference @ a + bias[j] - bias[y] + quadratic)
            two += math.exp(-difference @ a + bias[y] - bias[j] + quadratic)
        parts.append((math.log(one), math.log(1 + alpha / len(weight) ** 2 * two) / 2))
    return torch.tensor(parts).T


@pytest.mark.parametrize('progress', [0.0, 0.4, 1.0])
def test_equals_the_equations(linear, progress):
    alpha = 1 + 2.5 * progress
    one, two = equations(linear, 2.0 * progress, alpha)
    torch.testing.assert_close(linear.loss('ISDALoss', progress, lambda_0=2.0), one)
    igmsda = linear.loss('IGMSDALoss', progress, lambda_0=2.0)
    torch.testing.assert_close(igmsda, one + two - math.log(alpha) / 2)


def test_without_augmentation_isda_is_cross_entropy_and_sampled_gm_is_gm(linear):
    nll = F.cross_entropy(linear.logits, linear.labels, reduction='none')
    torch.testing.assert_close(linear.loss('ISDALoss', lambda_0=0.0), nll)
    sampled = linear.loss('SampledGMLoss', lambda_0=0.0, samples=3)
    torch.testing.assert_close(sampled, gm_loss(linear.logits, linear.labels, 3.5))


def test_without_augmentation_igmsda_exceeds_gm_unless_all_logits_are_equal(linear):
    igmsda = linear.loss('IGMSDALoss', lambda_0=0.0)
    assert (igmsda > gm_loss(linear.logits, linear.labels, 3.5) + 1e-4).all()
    loss = MODELS.build(dict(type='mmcrack.IGMSDALoss', lambda_0=0.0))
    loss.set_progress(1.0)
    loss.observe(torch.zeros(1, 4), torch.zeros(3, 4))
    equal = loss(torch.full((1, 3), 7.0), torch.tensor([1]))
    torch.testing.assert_close(equal, gm_loss(torch.zeros(1, 3), torch.tensor([1]), 3.5)[0])


def sampled_losses(linear, lambda_, alpha, samples=20_000):
    """Mean cross entropy and GM over features drawn by NumPy from N(a, λΣ_y)."""
    rng, rows = np.random.default_rng(0), []
    for a, y in zip(linear.features.double().numpy(), linear.labels.tolist(), strict=True):
        sigma = lambda_ * linear.covariance(y).numpy()
        drawn = torch.tensor(rng.multivariate_normal(a, sigma, samples))
        logits = drawn @ linear.weight.detach().double().T + linear.bias
        p = logits.softmax(1)[:, y]
        rows.append((-p.log().mean(), -(alpha * p * p / (alpha * p + 1)).log().mean() / 2))
    return torch.tensor(rows).T


def test_the_bounds_lie_above_the_sampled_expectations(linear):
    cross_entropy, gm = sampled_losses(linear, 1.0, 3.5)
    assert (linear.loss('ISDALoss', lambda_0=1.0) > cross_entropy).all()
    assert (linear.loss('IGMSDALoss', lambda_0=1.0) > gm).all()


def test_sampled_gm_is_the_sampled_expectation(linear):
    torch.manual_seed(0)
    _, gm = sampled_losses(linear, 1.0, 3.5)
    ours = linear.loss('SampledGMLoss', lambda_0=1.0, samples=20_000)
    torch.testing.assert_close(ours.double(), gm, atol=0.05, rtol=0.03)
    assert (gm - gm_loss(linear.logits, linear.labels, 3.5)).abs().max() > 0.1  # not the same


def test_sampled_gm_draws_from_a_singular_covariance():
    torch.manual_seed(0)
    loss = MODELS.build(dict(type='mmcrack.SampledGMLoss', lambda_0=1.0, samples=5000))
    loss.set_progress(1.0)
    features = torch.tensor([[1.0, 1.0, 0.0], [-1.0, -1.0, 0.0]])
    loss.observe(features, torch.randn(2, 3))
    loss(torch.zeros(2, 2), torch.zeros(2))
    drawn = loss.draw(torch.zeros(1, dtype=torch.long))[0]
    expected = torch.tensor([[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 0.0]])
    torch.testing.assert_close(torch.cov(drawn.T), expected, atol=0.1, rtol=0)


@pytest.mark.parametrize('name', [*AUGMENTED, 'SampledGMLoss'])
def test_gradient_reaches_the_weight_through_the_augmentation(linear, name):
    torch.manual_seed(0)
    with_, without = (
        torch.autograd.grad(linear.loss(name, lambda_0=strength).sum(), linear.weight)[0]
        for strength in (1.0, 0.0)
    )
    assert torch.isfinite(with_).all()
    assert (with_ - without).abs().max() > 0.1


@pytest.mark.parametrize(('progress', 'alpha', 'p'), [(0.0, 1.0, 0.79), (1.0, 3.5, 0.72)])
def test_a_single_sample_rests_where_the_docstring_says(progress, alpha, p):
    def loss_at(margin):
        loss = MODELS.build(dict(type='mmcrack.IGMSDALoss', lambda_0=0.0))
        loss.set_progress(progress)
        loss.observe(torch.zeros(1, 2), torch.zeros(2, 2))
        return loss(torch.stack([margin, torch.zeros(())])[None], torch.tensor([0]))

    odds = 0.5 + (0.25 + 2 * (4 / alpha + 1)) ** 0.5  # the root of the loss's derivative
    assert odds / (1 + odds) == pytest.approx(p, abs=0.005)
    margin = torch.tensor(odds).log().requires_grad_()
    (slope,) = torch.autograd.grad(loss_at(margin), margin)
    assert abs(slope.item()) < 1e-3
    assert loss_at(margin.detach() + 2) > loss_at(margin) < loss_at(margin.detach() - 2)


@pytest.mark.parametrize('dtype', [torch.float32, torch.float16, torch.bfloat16])
@pytest.mark.parametrize('margin', [-1000.0, 1000.0])
@pytest.mark.parametrize('name', AUGMENTED)
def test_stable_at_extreme_margins_inside_autocast(name, margin, dtype):
    weight = torch.tensor([[100.0, 0.0], [0.0, 0.0]], requires_grad=True)
    features = torch.tensor([[margin / 100, 1.0], [margin / 100, -1.0]])
    with torch.autocast('cpu', dtype=torch.bfloat16, enabled=dtype != torch.float32):
        loss = MODELS.build(dict(type=f'mmcrack.{name}'))
        loss.set_progress(1.0)
        loss.observe(features.to(dtype), weight)
        value = loss((features @ weight.T).to(dtype), torch.zeros(2))
    value.backward()
    assert value.dtype == torch.float32
    expected = 1000 if margin < 0 else {'ISDALoss': 0, 'IGMSDALoss': 500}[name]
    assert value.item() == pytest.approx(expected, abs=8)  # bfloat16 holds 1000 in steps of 4
    assert torch.isfinite(weight.grad).all()


@pytest.mark.parametrize('name', AUGMENTED)
def test_features_are_used_once(linear, name):
    loss = MODELS.build(dict(type=f'mmcrack.{name}'))
    loss.set_progress(1.0)
    loss.observe(linear.features, linear.weight)
    loss(linear.logits, linear.labels)
    with pytest.raises(RuntimeError, match=r'features before the last layer.*SemanticAugm'):
        loss(linear.logits, linear.labels)


def test_another_layer_s_features_are_refused(linear):
    loss = MODELS.build(dict(type='mmcrack.IGMSDALoss'))
    loss.set_progress(1.0)
    loss.observe(linear.features, linear.weight)
    with pytest.raises(ValueError, match=r'logits of \(2, 3\).*features \(64, 4\)'):
        loss(torch.zeros(2, 3), torch.zeros(2))


def test_evaluation_leaves_the_statistics_alone(linear):
    loss = MODELS.build(dict(type='mmcrack.IGMSDALoss')).eval()
    loss.set_progress(1.0)
    loss.observe(linear.features, linear.weight)
    loss(linear.logits, linear.labels)
    assert (loss.covariances.count == 0).all()
