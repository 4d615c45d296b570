"""What unwrapping finds, under the wrappers that MMEngine's runners use."""

import pytest
from mmengine.model import BaseTTAModel
from torch import nn
from torch.nn.parallel import DataParallel

from mmcrack.utils.unwrapping import unwrapped


class FirstView(BaseTTAModel):
    """Test-time augmentation at its least."""

    def merge_preds(self, data_samples_list):
        """The first view of each image."""
        return [views[0] for views in data_samples_list]


@pytest.fixture
def model() -> nn.Module:
    """A model with a ``module`` of its own, which is no wrapper for all that."""
    net = nn.Module()
    net.module = nn.Linear(2, 2)
    net.test_step = lambda data: data
    return net


def test_plain(model):
    assert unwrapped(model) is model


def test_distributed(model):
    assert unwrapped(DataParallel(model)) is model


def test_augmented(model):
    assert unwrapped(FirstView(model)) is model


def test_augmented_and_distributed(model):
    assert unwrapped(DataParallel(FirstView(model))) is model
