"""FreeCOS: its losses, and two steps of its own config."""

import copy

import cv2

import mmcrack.models  # noqa: F401  # first: it makes torchvision importable

# isort: split
import mmseg.models  # noqa: F401
import numpy as np
import pytest
import torch
from mmengine.config import Config, ConfigDict
from mmengine.model import revert_sync_batchnorm
from mmengine.registry import MODELS, DefaultScope
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample

from mmcrack.engine.records import fingerprint
from mmcrack.engine.safe_checkpoints import load_file
from mmcrack.engine.training import train


def small_config():
    cfg = Config.fromfile('configs/freecos/unet_deepcrack_small.py')
    cfg.model.backbone.backbone.base_channels = 4
    for part in (cfg.model.decode_head, cfg.model.contrast):
        part.in_channels = part.channels = 4
    cfg.model.adversary.channels = 4
    return cfg


def build(**options):
    torch.manual_seed(0)
    config = {**small_config().model.to_dict(), **options}
    with DefaultScope.overwrite_default_scope('mmseg'):
        model = revert_sync_batchnorm(MODELS.build(ConfigDict(config)))
    model.init_weights()
    torch.nn.init.normal_(model.decode_head.conv_seg.weight, std=4)  # certain here and there
    return model


@pytest.fixture
def batch():
    """Two synthetic images and a photograph, as the data preprocessor leaves them."""
    inputs = torch.randn(3, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    labels = torch.zeros(3, 1, 64, 64)
    labels[0, :, 20:26] = 1
    labels[1, :, :, 30:33] = 1
    labels[2] = -1
    meta = dict(img_shape=(64, 64), ori_shape=(64, 64), pad_shape=(64, 64))
    samples = [
        SegDataSample(metainfo=meta, gt_sem_seg=PixelData(data=label.clone())) for label in labels
    ]
    return inputs, samples


def test_labelled_losses_are_an_encoder_decoders_of_the_synthetic_images(batch):
    inputs, samples = batch
    model = build().eval()  # batch normalization would tell which other images there are
    found = model.loss(inputs, samples)
    options = {'contrast': None, 'adversary': None, 'type': 'EncoderDecoder'}
    config = {**small_config().model.to_dict(), **options}
    del config['contrast'], config['adversary'], config['contrast_weight']
    with DefaultScope.overwrite_default_scope('mmseg'):
        plain = revert_sync_batchnorm(MODELS.build(ConfigDict(config))).eval()
    plain.load_state_dict(model.state_dict(), strict=False)
    expected = plain.loss(inputs[:2], samples[:2])
    for name in ('decode.loss_dice', 'decode.loss_bce'):
        torch.testing.assert_close(found[name], expected[name])
    torch.testing.assert_close(
        model.encode_decode(inputs, [s.metainfo for s in samples]),
        plain.encode_decode(inputs, [s.metainfo for s in samples]),
    )


def test_all_losses_train_all_parts(batch):
    model = build().train()
    losses = model.loss(*batch)
    names = {name for name in losses if 'loss_' in name}
    assert names == {
        'decode.loss_dice',
        'decode.loss_bce',
        'contrast.loss_nce',
        'adversary.loss_adversarial',
        'adversary.loss_discriminator',
    }
    assert all(losses[name] > 0 for name in names)
    sum(losses[name] for name in names).backward()
    assert all(parameter.grad is not None for parameter in model.parameters())


def test_contrast_weight_scales_its_loss(batch):
    losses = []
    for weight in (0.04, 0.4):
        model = build(contrast_weight=weight).eval()
        torch.manual_seed(1)
        losses.append(model.loss(*batch)['contrast.loss_nce'])
    torch.testing.assert_close(losses[1], 10 * losses[0])


@pytest.mark.parametrize('part', ['contrast', 'adversary'])
def test_parts_can_be_left_out(batch, part):
    losses = build(**{part: None}).train().loss(*batch)
    assert not any(name.startswith(part) for name in losses)
    assert len([name for name in losses if 'loss_' in name]) == (4 if part == 'contrast' else 3)


@pytest.mark.parametrize('kept', [slice(0, 2), slice(2, 3)], ids=['synthetic', 'photographs'])
def test_a_batch_of_one_kind_is_a_step_too(batch, kept):
    inputs, samples = batch
    model = build().train()
    losses = model.loss(inputs[kept], copy.deepcopy(samples[kept]))
    assert losses['contrast.loss_nce'] == 0
    assert (losses['decode.loss_bce'] > 0) == (kept == slice(0, 2))
    sum(loss for name, loss in losses.items() if 'loss_' in name).backward()
    gradients = [parameter.grad for parameter in model.parameters()]
    assert all(gradient.isfinite().all() for gradient in gradients)


def test_negative_weight_is_refused():
    with pytest.raises(ValueError, match='contrast_weight'):
        build(contrast_weight=-1)


def test_its_config_trains_on_photographs_without_masks(tmp_path, monkeypatch):
    torch.set_num_threads(1)
    monkeypatch.setattr(Config, 'pretty_text', 'unformatted')  # formatting takes seconds
    (tmp_path / 'photographs').mkdir()
    rng = np.random.default_rng(0)
    for name in ('a', 'b'):
        image = cv2.GaussianBlur(rng.normal(120, 60, (80, 96, 3)), (0, 0), 2)
        cv2.imwrite(str(tmp_path / f'photographs/{name}.png'), image)
    cfg = small_config()
    cfg.work_dir = str(tmp_path / 'work')
    cfg.train_dataloader.update(batch_size=4, num_workers=0, persistent_workers=False)
    for repeated in cfg.train_dataloader.dataset.datasets:
        repeated.dataset.data_prefix.img_path = str(tmp_path / 'photographs')
        repeated.dataset.pipeline[1].crop_size = (64, 64)
    cfg.train_cfg.update(max_iters=2, val_interval=4)
    for part in ('val_cfg', 'val_dataloader', 'val_evaluator'):
        cfg[part] = None
    train(cfg, fingerprint(cfg))
    state = load_file(tmp_path / 'work/iter_2.pth')['state_dict']
    assert any(name.startswith('contrast.') for name in state)
    assert all(tensor.isfinite().all() for tensor in state.values())
