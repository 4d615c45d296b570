import pytest
import torch

import mmcrack.models  # noqa: F401
from mmcrack.registry import MODELS


class Linear:
    """A last layer over random features, whose statistics a loss has seen."""

    def __init__(self, classes=3, features=4, samples=64, seed=1):
        generator = torch.Generator().manual_seed(seed)
        self.labels = torch.arange(samples) % classes
        mix = 0.7 * torch.randn(classes, features, features, generator=generator)
        noise = torch.randn(samples, features, generator=generator)
        self.features = torch.einsum('nf,nfg->ng', noise, mix[self.labels])
        self.weight = torch.randn(classes, features, generator=generator, requires_grad=True)
        self.bias = torch.randn(classes, generator=generator)

    @property
    def logits(self):
        return self.features @ self.weight.T + self.bias

    def covariance(self, label):
        """Of the features of a class, float64."""
        return torch.cov(self.features[self.labels == label].double().T, correction=0)

    def loss(self, name, progress=1.0, **options):
        """The loss of each sample with the statistics of these samples."""
        loss = MODELS.build(dict(type=f'mmcrack.{name}', reduction='none', **options))
        loss.set_progress(progress)
        if hasattr(loss, 'observe'):
            loss.observe(self.features, self.weight, self.bias)
        return loss(self.logits, self.labels)


@pytest.fixture
def linear():
    return Linear()
