import math

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from mmcrack.models.layers import PixelContrast


def contrast(**options):
    """Without a projection: what is compared are the features themselves."""
    layer = PixelContrast(4, **options)
    layer.projection = nn.Identity()
    return layer


@pytest.fixture
def batch():
    """A synthetic image with a curve in column 2, and a photograph whose row 3 is certain."""
    features = torch.randn(2, 4, 8, 8, generator=torch.Generator().manual_seed(0))
    features[1, :, 3] = torch.tensor([1.0, -2, 0.5, 1])[:, None]  # all positives are alike
    labels = torch.zeros(2, 1, 8, 8)
    labels[0, :, :, 2] = 1
    labels[1] = -1
    probabilities = torch.full((2, 1, 8, 8), 0.5)
    probabilities[1, :, 3] = 0.95
    probabilities[1, :, 6] = 0.02
    return features.requires_grad_(), labels, probabilities


def test_loss_is_that_of_a_plain_loop(batch):
    features, labels, probabilities = batch
    found = contrast(temperature=0.2, margin=1)(features, labels, probabilities)
    unit = F.normalize(features.detach().double(), dim=1)
    queries = [unit[0, :, y, 2] for y in range(8)]
    positive = unit[1, :, 3, 0]
    negatives = [unit[0, :, y, x] for y in range(8) for x in (0, 4, 5, 6, 7)]
    negatives += [unit[1, :, 6, x] for x in range(8)]
    losses = []
    for query in queries:
        own = math.exp(query @ positive / 0.2)
        others = sum(math.exp(query @ negative / 0.2) for negative in negatives)
        losses.append(-math.log(own / (own + others)))
    assert found.item() == pytest.approx(sum(losses) / 8, rel=1e-5)


def test_gradient_pulls_synthetic_and_real_curves_together(batch):
    features, labels, probabilities = batch
    layer = contrast()
    before = layer(features, labels, probabilities)
    before.backward()
    with torch.no_grad():
        features -= 5 * features.grad
    assert layer(features, labels, probabilities) < 0.8 * before
    uncertain = features.grad[1, :, [0, 1, 2, 4, 5, 7]]
    assert not uncertain.any()


@pytest.mark.parametrize('missing', ['curve', 'certain curve', 'photograph', 'synthetic'])
def test_without_a_kind_of_pixels_there_is_nothing_to_learn(batch, missing):
    features, labels, probabilities = batch
    if missing == 'curve':
        labels[0] = 0
    elif missing == 'certain curve':
        probabilities[:] = probabilities.clamp(max=0.85)
    else:
        labels[:] = 0 if missing == 'photograph' else -1
    layer = PixelContrast(4, channels=6)
    loss = layer(features, labels, probabilities)
    loss.backward()
    assert loss == 0
    assert all(parameter.grad is not None for parameter in layer.parameters())


def test_numbers_of_pixels_are_limited(batch, monkeypatch):
    seen = []
    layer = contrast(queries=3, negatives=10)
    monkeypatch.setattr(
        layer, '_nce', lambda *parts: seen.extend(map(len, parts)) or torch.ones(())
    )
    layer(*batch)
    assert seen == [3, 3, 10]


@pytest.mark.parametrize('options', [dict(confidence=0.4), dict(temperature=0), dict(queries=0)])
def test_settings_out_of_range_are_refused(options):
    with pytest.raises(ValueError, match=next(iter(options))):
        PixelContrast(4, **options)
