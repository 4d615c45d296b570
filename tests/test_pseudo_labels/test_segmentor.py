import mmseg.models  # noqa: F401
import numpy as np
import pytest
import torch
from mmengine.config import Config
from mmengine.registry import DefaultScope
from mmseg.structures import SegDataSample

from mmcrack.pseudo_labels import SegmentorPseudoLabel
from mmcrack.registry import MODELS


@pytest.fixture(scope='module', params=[1, 2])
def checkpoint(tmp_path_factory, request):
    """A U-Net with one or two channels of output, random weights."""
    torch.manual_seed(0)
    cfg = Config.fromfile('configs/_base_/models/unet_small.py')
    small = {'backbone.base_channels': 2, 'decode_head.in_channels': 2, 'decode_head.channels': 2}
    cfg.merge_from_dict({f'model.{key}': value for key, value in small.items()})
    cfg.model.backbone.norm_cfg = dict(type='BN')
    if request.param == 2:
        cfg.merge_from_dict({'model.decode_head.out_channels': 2})
    with DefaultScope.overwrite_default_scope('mmseg'):
        model = MODELS.build(cfg.model)
    path = tmp_path_factory.mktemp('segmentor') / 'unet.pth'
    torch.save({'meta': {'cfg': cfg.pretty_text}, 'state_dict': model.state_dict()}, path)
    return str(path)


@pytest.fixture
def image():
    return np.random.default_rng(0).integers(0, 256, (45, 70, 3), dtype=np.uint8)


def test_one_view_is_the_models_own_prediction(checkpoint, image):
    labeller = SegmentorPseudoLabel(checkpoint, flip=False, device='cpu')
    label = labeller({'img': image})['gt_seg_map']
    sample = SegDataSample(metainfo={'img_shape': (45, 70), 'ori_shape': (45, 70)})
    inputs = [torch.from_numpy(image.transpose(2, 0, 1).copy())]
    (sample,) = labeller.model.test_step({'inputs': inputs, 'data_samples': [sample]})
    stored = sample.seg_logits.data  # mmseg stores one channel as a probability
    expected = stored[0] if len(stored) == 1 else stored.softmax(0)[1]
    np.testing.assert_allclose(label, expected.detach(), atol=1e-6)


def test_mirrored_views_make_it_symmetric(checkpoint, image):
    labeller = SegmentorPseudoLabel(checkpoint, scales=(1.0, 0.5), device='cpu')
    image = image[:, :64]  # divisible by 16, so that padding does not tell left from right
    image = np.concatenate([image, image[:3]])
    label = labeller.label(image)
    assert label.shape == (48, 64)
    assert label.dtype == np.float32
    np.testing.assert_allclose(labeller.label(image[::-1])[::-1], label, atol=1e-6)
    np.testing.assert_allclose(labeller.label(image[:, ::-1])[:, ::-1], label, atol=1e-6)


def test_missing_checkpoint_is_named():
    with pytest.raises(FileNotFoundError, match=r'nowhere\.pth.*SegmentorPseudoLabel'):
        SegmentorPseudoLabel('nowhere.pth')


def test_scales_are_checked():
    with pytest.raises(ValueError, match='scales'):
        SegmentorPseudoLabel('nowhere.pth', scales=(0,))


def test_large_photographs_go_through_in_tiles(checkpoint, monkeypatch):
    image = np.random.default_rng(1).integers(0, 256, (300, 421, 3), dtype=np.uint8)
    whole = SegmentorPseudoLabel(checkpoint, flip=False, device='cpu')
    tiled = SegmentorPseudoLabel(checkpoint, flip=False, device='cpu', tile=256)
    expected = whole.label(image)
    seen = []

    def window(part):
        seen.append(part.shape[:2])
        return whole._window(part)

    monkeypatch.setattr(tiled, '_window', window)
    label = tiled.label(image)
    assert len(seen) == 4
    assert max(max(size) for size in seen) == 256
    assert label.shape == (300, 421)
    differences = np.abs(label - expected)
    assert np.median(differences) < 1e-4
    assert differences.max() < 0.1  # the network sees farther than the tiles' margin


def test_tile_is_checked(checkpoint):
    with pytest.raises(ValueError, match='tile=100'):
        SegmentorPseudoLabel(checkpoint, tile=100)
