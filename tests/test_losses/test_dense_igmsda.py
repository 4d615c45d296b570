import pytest
import torch
from torch.nn import functional as F

from mmcrack.registry import MODELS

NAMES = ('ISDALoss', 'IGMSDALoss')


def build(name, **options):
    loss = MODELS.build(dict(type=f'mmcrack.{name}', lambda_0=1.0, **options))
    loss.set_progress(1.0)
    return loss


@pytest.fixture
def dense():
    """Features 8×6, weight, and labels at twice the size with an ignored quarter."""
    generator = torch.Generator().manual_seed(0)
    features = torch.randn(2, 5, 8, 6, generator=generator)
    weight = torch.randn(3, 5, 1, 1, generator=generator, requires_grad=True)
    labels = torch.randint(0, 3, (2, 8, 6), generator=generator)
    labels[0, :4, :3] = -1
    return features, weight, labels


@pytest.mark.parametrize('name', NAMES)
def test_pixels_are_samples(dense, name):
    features, weight, labels = dense
    loss = build(name)
    loss.observe(features, weight)
    ours = loss(F.conv2d(features, weight), labels)
    flat, rows = features.movedim(1, -1)[labels >= 0], weight.flatten(1)
    loss = build(name)
    loss.observe(flat, rows)
    torch.testing.assert_close(ours, loss(flat @ rows.T, labels[labels >= 0]))


@pytest.mark.parametrize('align_corners', [False, True])
def test_the_increment_is_added_before_the_resize(dense, align_corners):
    features, weight, small = dense
    labels = small.repeat_interleave(2, 1).repeat_interleave(2, 2)
    resize = dict(size=labels.shape[1:], mode='bilinear', align_corners=align_corners)
    logits = F.conv2d(features, weight)
    loss = build('ISDALoss')
    loss.observe(features, weight, align_corners=align_corners)
    ours = loss(F.interpolate(logits, **resize), labels)

    table = loss.covariances.margin_variance(weight.flatten(1)) / 2
    augmented = logits.clone()
    for n, row, column in (small >= 0).nonzero().tolist():
        augmented[n, :, row, column] += table[small[n, row, column]]
    expected = F.cross_entropy(F.interpolate(augmented, **resize), labels, ignore_index=-1)
    torch.testing.assert_close(ours, expected)


def test_covariances_come_from_labels_at_the_centres_of_the_features_cells(dense):
    features, weight, small = dense
    labels = torch.full((2, 24, 18), 2)
    labels[:, 1::3, 1::3] = small
    loss = build('IGMSDALoss')
    loss.observe(features, weight)
    loss(torch.zeros(2, 3, 24, 18), labels)
    assert loss.covariances.count.tolist() == [int((small == c).sum()) for c in range(3)]


@pytest.mark.parametrize('name', NAMES)
def test_ignored_pixels_count_nowhere(dense, name):
    features, weight, labels = dense
    ignored = (labels < 0)[:, None]
    results = []
    for value in (0.0, 50.0):
        spoiled = features.masked_fill(ignored, value).requires_grad_()
        loss = build(name)
        loss.observe(spoiled, weight)
        result = loss(F.conv2d(spoiled, weight), labels)
        gradient, weight_gradient = torch.autograd.grad(result, (spoiled, weight))
        assert (gradient[ignored.expand_as(gradient)] == 0).all()
        assert (gradient != 0).any()
        results.append((result, weight_gradient, loss.covariances.covariance))
    torch.testing.assert_close(*results)


@pytest.mark.parametrize('name', NAMES)
def test_all_ignored_is_zero_and_back_propagates(dense, name):
    features, weight, labels = dense
    loss = build(name)
    loss.observe(features, weight)
    result = loss(F.conv2d(features, weight), torch.full_like(labels, -1))
    result.backward()
    assert result.item() == 0
    assert (weight.grad == 0).all()
    assert (loss.covariances.count == 0).all()


def test_sampled_gm_and_center_loss_are_for_classification(dense):
    features, weight, labels = dense
    for options in (
        dict(type='mmcrack.SampledGMLoss'),
        dict(type='mmcrack.CenterLoss', num_classes=3, num_features=5),
    ):
        loss = MODELS.build(options)
        loss.set_progress(1.0)
        loss.observe(features, weight)
        with pytest.raises(ValueError, match=r'takes logits \(N, C\)'):
            loss(F.conv2d(features, weight), labels)
