import sys
from pathlib import Path

import pytest
import torch

sys.path.insert(0, str(Path(__file__).parent))  # for tiny_models
import tiny_models


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)


@pytest.fixture(scope='session')
def unet(tmp_path_factory):
    """Config file and checkpoint of a small U-Net with random weights, sure of what it says."""
    return tiny_models.write(tmp_path_factory.mktemp('unet'))


@pytest.fixture(scope='session')
def resizing(tmp_path_factory):
    """The same with a test pipeline that resizes to 64×64."""
    resize = "test_pipeline.insert(1, dict(type='Resize', scale=(64, 64), keep_ratio=False))\n"
    return tiny_models.write(tmp_path_factory.mktemp('resizing'), resize)
