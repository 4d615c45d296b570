"""Test-time augmentation averages probabilities, undone flips included."""

import mmseg.models  # noqa: F401
import numpy as np
import pytest
import torch
from mmengine.config import ConfigDict
from mmengine.registry import MODELS, DefaultScope
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample

from mmcrack.datasets.transforms import FlipRotate90View, PackCrackInputs
from mmcrack.models.layers import ExpectedF1Threshold

HEAD = dict(
    type='FCNHead',
    in_channels=4,
    channels=4,
    num_convs=0,
    concat_input=False,
    num_classes=2,
    norm_cfg=dict(type='BN'),
    align_corners=False,
)


def tta_model(channels: int, **settings) -> torch.nn.Module:
    torch.manual_seed(0)
    head = {**HEAD, 'out_channels': channels, 'threshold': 0.5}
    config = dict(
        type='EncoderDecoder',
        data_preprocessor=dict(type='SegDataPreProcessor', mean=[0] * 3, std=[255] * 3),
        backbone=dict(type='mmcrack.VQEncoder', in_channels=3, channels=(4,), embed_dim=4),
        decode_head={**head, 'in_index': 0},
        test_cfg=dict(mode='whole'),
    )
    with DefaultScope.overwrite_default_scope('mmseg'):
        model = MODELS.build(ConfigDict(type='mmcrack.CrackTTAModel', module=config, **settings))
    torch.nn.init.normal_(model.module.decode_head.conv_seg.weight, std=1)
    return model.eval()


def sample(direction: str | None) -> SegDataSample:
    meta = dict(ori_shape=(8, 6), img_shape=(8, 6), flip=direction is not None)
    return SegDataSample(metainfo={**meta, 'flip_direction': direction})


@pytest.mark.parametrize('channels', [1, 2])
def test_mean_of_the_views_with_flips_undone(channels):
    model = tta_model(channels)
    image = torch.randint(0, 255, (3, 8, 6), dtype=torch.uint8)
    data = dict(
        inputs=[image[None], image.flip(-1)[None]],
        data_samples=[[sample(None)], [sample('horizontal')]],
    )
    with torch.no_grad():
        merged = model.test_step(data)[0]
        views = [
            model.module._run_forward(
                model.module.data_preprocessor(dict(inputs=[x], data_samples=[sample(None)])),
                mode='predict',
            )[0].seg_logits.data
            for x in (image, image.flip(-1))
        ]
    probs = [view if channels == 1 else view.softmax(0)[1:] for view in views]
    expected = (probs[0] + probs[1].flip(-1)) / 2
    torch.testing.assert_close(merged.seg_logits.data, expected)
    assert torch.equal(merged.pred_sem_seg.data.bool(), expected > 0.5)
    assert isinstance(merged.seg_logits, PixelData)


def merged_map(values, **settings):
    sample = SegDataSample(seg_logits=PixelData(data=torch.tensor(values)[None, None]))
    model = tta_model(1, **settings)
    return model.merge_preds([[sample]])[0].seg_logits.data.flatten()


def test_the_best_threshold_of_mean_maps_becomes_a_half():
    values = [0.0, 0.1, 0.3, 0.6, 1.0]
    expected = torch.sigmoid(torch.logit(torch.tensor(values)) - torch.logit(torch.tensor(0.3)))
    torch.testing.assert_close(merged_map(values, best_threshold=0.3), expected)
    torch.testing.assert_close(merged_map(values), torch.tensor(values))


@pytest.mark.parametrize('threshold', [0, 1.0])
def test_a_threshold_at_the_end_is_refused(threshold):
    with pytest.raises(ValueError, match='best_threshold'):
        merged_map([0.5], best_threshold=threshold)


def test_each_mean_map_may_have_a_threshold_of_its_own():
    own = dict(type='mmcrack.ExpectedF1Threshold', slope=1.2, offset=-0.1)
    for values in ([0.0, 0.1, 0.3, 0.6, 1.0], [0.2, 0.4, 0.55, 0.55, 0.6]):
        threshold = ExpectedF1Threshold(slope=1.2, offset=-0.1)(torch.tensor(values))
        expected = torch.sigmoid(torch.logit(torch.tensor(values)) - torch.logit(threshold).float())
        torch.testing.assert_close(merged_map(values, best_threshold=own), expected)


def turned_sample(image, case):
    data = dict(img=image, img_shape=image.shape[:2], ori_shape=image.shape[:2])
    data = FlipRotate90View(case)(data)
    return PackCrackInputs()(data)


def test_turned_views_are_turned_back():
    photograph = np.random.default_rng(0).integers(0, 256, (8, 6, 1), dtype=np.uint8)
    views = []
    for case in range(8):
        packed = turned_sample(photograph, case)
        prob = packed['inputs'].float() / 255
        packed['data_samples'].seg_logits = PixelData(data=prob)
        views.append(packed['data_samples'])
    merged = tta_model(1).merge_preds([views])[0]
    expected = torch.from_numpy(photograph.transpose(2, 0, 1)).float() / 255
    torch.testing.assert_close(merged.seg_logits.data, expected)


def test_the_eight_views_make_a_test_step_equivariant():
    model = tta_model(1)
    photograph = np.random.default_rng(1).integers(0, 256, (16, 8, 3), dtype=np.uint8)

    def mean_map(image):
        views = [turned_sample(image, case) for case in range(8)]
        batch = {key: [[view[key]] for view in views] for key in ('inputs', 'data_samples')}
        with torch.no_grad():
            return model.test_step(batch)[0].seg_logits.data[0]

    upright = mean_map(photograph)
    assert upright.shape == (16, 8)
    assert upright.std() > 1e-3
    turned = mean_map(np.ascontiguousarray(np.rot90(photograph)))
    torch.testing.assert_close(turned.rot90(-1), upright)


@pytest.mark.parametrize('case', [-1, 8])
def test_a_view_that_does_not_exist_is_refused(case):
    with pytest.raises(ValueError, match='case'):
        FlipRotate90View(case)
