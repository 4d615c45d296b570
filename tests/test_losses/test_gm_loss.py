import math

import pytest
import torch
from torch.nn import functional as F

import mmcrack.models  # noqa: F401
from mmcrack.models.losses.gm_loss import gm_loss
from mmcrack.registry import MODELS


def build(**options):
    loss = MODELS.build(dict(type='mmcrack.GMLoss', **options))
    loss.set_progress(1.0)
    return loss


@pytest.mark.parametrize(('progress', 'alpha'), [(0.0, 1.0), (0.4, 2.0), (1.0, 3.5)])
def test_equals_equation_5_with_the_scheduled_alpha(progress, alpha):
    logits, labels = 3 * torch.randn(16, 4), torch.randint(0, 4, (16,))
    p = logits.double().softmax(1)[torch.arange(16), labels]
    expected = -(p * alpha * p / (alpha * p + 1)).log().mean() / 2
    loss = build()
    loss.set_progress(progress)
    assert loss(logits, labels).item() == pytest.approx(expected.item(), rel=1e-5)


def test_gradient_is_equation_6():
    p = torch.tensor([0.02, 0.3, 0.9], dtype=torch.double, requires_grad=True)
    logits = torch.stack([p.log(), (1 - p).log()], dim=1)
    loss = gm_loss(logits, torch.zeros(3, dtype=torch.long), alpha=3.5)
    (gradient,) = torch.autograd.grad(loss.sum(), p)
    torch.testing.assert_close(gradient, -1 / p + 3.5 / (3.5 * p + 1) / 2)


def test_poor_samples_count_less_than_in_cross_entropy():
    logits = torch.tensor([[-3.0, 3.0]], requires_grad=True)  # p = 0.0025
    label = torch.tensor([0])
    (ours,) = torch.autograd.grad(gm_loss(logits, label, 3.5).sum(), logits)
    (plain,) = torch.autograd.grad(F.cross_entropy(logits, label), logits)
    assert 0.5 < (ours / plain)[0, 0] < 1


@pytest.mark.parametrize('margin', [-1000.0, 1000.0])
def test_stable_at_extreme_margins(margin):
    logits = torch.tensor([[margin, 0.0]], requires_grad=True)
    loss = build()(logits, torch.tensor([0]))
    loss.backward()
    limit = 1000 - math.log(3.5) / 2 if margin < 0 else (math.log(4.5) - math.log(3.5)) / 2
    assert loss.item() == pytest.approx(limit, rel=1e-6)
    assert torch.isfinite(logits.grad).all()


def test_pixels_weights_and_reductions():
    logits, labels = torch.randn(2, 3, 4, 5), torch.randint(0, 3, (2, 4, 5))
    labels[0, 0] = -1
    loss = build(loss_weight=2.0)
    none = loss(logits, labels, reduction_override='none')
    assert (none[labels < 0] == 0).all()
    flat = build()(logits.movedim(1, -1)[labels >= 0], labels[labels >= 0])
    torch.testing.assert_close(loss(logits, labels), 2 * flat)
    torch.testing.assert_close(
        loss(logits, labels, weight=(labels == 1).float(), avg_factor=7.0),
        none[labels == 1].sum() / 7,
    )
    torch.testing.assert_close(loss(logits, labels, reduction_override='sum'), none.sum())


def test_hard_float_labels_and_another_ignored_label():
    logits = torch.randn(1, 2, 2, 2)
    floats = torch.tensor([[[0.0, 1.0], [-1.0, 1.0]]])
    integers = torch.tensor([[[0, 1], [255, 1]]])
    loss = build()
    assert torch.equal(loss(logits, floats), loss(logits, integers, ignore_index=255))


@pytest.mark.parametrize(
    ('shape', 'labels', 'message'),
    [
        ((1, 1, 1, 2), torch.zeros(1, 1, 2), 'out_channels=2'),
        ((2, 3), torch.ones(2, 3) / 3, 'Mixup'),
        ((2, 2), torch.tensor([0.0, 0.3]), r'0\.3.*HardenLabels'),
        ((2, 2), torch.tensor([0, 255]), 'below 2, or ignore_index=-1; got 255'),
        ((2, 2), torch.tensor([0, -2]), 'got -2'),
    ],
)
def test_labels_that_are_no_class_indices_are_refused(shape, labels, message):
    with pytest.raises(ValueError, match=message):
        build()(torch.zeros(shape), labels)


def test_without_the_hook_it_says_what_to_add():
    loss = MODELS.build(dict(type='mmcrack.GMLoss'))
    with pytest.raises(RuntimeError, match=r'mmcrack\.SemanticAugmentationHook.*custom_hooks'):
        loss(torch.zeros(1, 2), torch.zeros(1))


def test_wrong_options_are_refused():
    with pytest.raises(ValueError, match='alpha_0'):
        build(alpha_0=-1.0)
    with pytest.raises(ValueError, match='progress'):
        build().set_progress(1.5)
    with pytest.raises(ValueError, match='weights must be'):
        build()(torch.zeros(2, 2), torch.zeros(2), weight=torch.ones(3))
