import mmpretrain.models  # noqa: F401
import pytest
import torch
from mmengine.config import Config
from mmengine.registry import DefaultScope
from torch import nn

from mmcrack.registry import MODELS


def tiny_config(num_classes: int = 2) -> Config:
    """A ResNet-18 of few channels, with the other settings of the small classifier."""
    cfg = Config.fromfile('configs/gpll/resnet18_deepcrack_small.py')
    cfg.merge_from_dict(
        {
            'model.backbone.stem_channels': 4,
            'model.backbone.base_channels': 4,
            'model.head.in_channels': 32,
            'model.head.num_classes': num_classes,
        }
    )
    return cfg


def tiny_model(cfg: Config) -> nn.Module:
    """Its model, with batch norms that have seen data."""
    torch.manual_seed(0)
    with DefaultScope.overwrite_default_scope('mmpretrain'):
        model = MODELS.build({**cfg.model, 'data_preprocessor': cfg.data_preprocessor})
    model.init_weights()
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.uniform_(module.running_var, 0.5, 1.5)
            nn.init.normal_(module.running_mean, 0, 0.2)
    nn.init.normal_(model.head.fc.weight, 0, 0.5)
    return model.eval()


@pytest.fixture(scope='session')
def classifier_model() -> nn.Module:
    return tiny_model(tiny_config())


@pytest.fixture(scope='session')
def save_classifier(tmp_path_factory):
    """Writes a checkpoint as a Runner does; returns its path."""

    def save(classes=('none', 'crack')) -> str:
        cfg = tiny_config(len(classes) or 2)
        meta = dict(cfg=cfg.pretty_text, dataset_meta=dict(classes=classes))
        path = tmp_path_factory.mktemp('classifier') / 'epoch_6.pth'
        torch.save(dict(meta=meta, state_dict=tiny_model(cfg).state_dict()), path)
        return str(path)

    return save


@pytest.fixture(scope='session')
def classifier_checkpoint(save_classifier) -> str:
    return save_classifier()
