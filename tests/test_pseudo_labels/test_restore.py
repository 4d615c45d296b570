"""The restorer as a labeller: any size, tiles without seams, clear refusals."""

import mmseg.models  # noqa: F401
import numpy as np
import pytest
import torch
from mmengine.config import Config
from mmengine.registry import DefaultScope

from mmcrack.pseudo_labels import RestorePseudoLabel
from mmcrack.registry import MODELS


@pytest.fixture(scope='module')
def checkpoint(tmp_path_factory):
    torch.manual_seed(0)
    cfg = Config.fromfile('configs/cogensam/vqvae_restorer_no-codebook.py')
    cfg.merge_from_dict(
        {
            'model.backbone.channels': (4, 4),
            'model.decode_head.channels': 4,
            'model.decode_head.decoder_channels': (4, 4),
        }
    )
    with DefaultScope.overwrite_default_scope('mmseg'):
        model = MODELS.build(cfg.model)
    path = tmp_path_factory.mktemp('restorer') / 'restorer.pth'
    torch.save({'meta': {'cfg': cfg.pretty_text}, 'state_dict': model.state_dict()}, path)
    return str(path)


@pytest.fixture
def label():
    return np.random.default_rng(0).random((150, 133), dtype=np.float32)


def test_any_size_keeps_its_size(checkpoint, label):
    restored = RestorePseudoLabel(checkpoint)({'gt_seg_map': label})['gt_seg_map']
    assert restored.shape == label.shape
    assert restored.dtype == np.float32
    assert 0 < restored.min() < restored.max() < 1


def test_tiles_equal_the_whole_image(checkpoint, label):
    whole = RestorePseudoLabel(checkpoint, device='cpu').restore(label)
    tiled = RestorePseudoLabel(checkpoint, device='cpu', tile=96, overlap=64).restore(label)
    np.testing.assert_allclose(tiled[40:-40, 40:-40], whole[40:-40, 40:-40], atol=0.05)
    assert np.abs(tiled - whole).mean() < 0.01


def test_missing_checkpoint_is_named():
    with pytest.raises(FileNotFoundError, match=r'nowhere\.pth.*vqvae_restorer'):
        RestorePseudoLabel('nowhere.pth')


def test_checkpoint_of_something_else_is_refused(tmp_path):
    path = tmp_path / 'other.pth'
    torch.save({'weight': torch.zeros(1)}, path)
    with pytest.raises(ValueError, match=r'other\.pth'):
        RestorePseudoLabel(str(path))
