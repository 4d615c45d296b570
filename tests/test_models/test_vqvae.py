"""The VQVAE of stages I and II against closed forms and on small masks."""

import copy

import mmseg.models  # noqa: F401
import numpy as np
import pytest
import torch
from mmengine.config import Config
from mmengine.registry import DefaultScope
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample

from mmcrack.models.layers.codebook import Codebook
from mmcrack.models.layers.contrastive import ContrastiveInteraction
from mmcrack.registry import MODELS

SMALL = dict(
    backbone=dict(channels=(4, 8, 8, 8), embed_dim=12),
    decode_head=dict(
        in_channels=12,
        embed_dim=12,
        channels=4,
        decoder_channels=(8, 8, 8, 4),
        codebook=dict(size=16),
    ),
)


def small_config(**head) -> Config:
    cfg = Config.fromfile('configs/cogensam/vqvae_prior.py')
    cfg.merge_from_dict({'model': copy.deepcopy(SMALL)})
    cfg.merge_from_dict({'model': {'decode_head': head}})
    return cfg


def build(cfg: Config) -> torch.nn.Module:
    with DefaultScope.overwrite_default_scope('mmseg'):
        return MODELS.build(cfg.model)


def batch(model: torch.nn.Module, size: int = 96, count: int = 2) -> dict:
    masks = torch.rand(count, 1, size, size, generator=torch.Generator().manual_seed(0)) > 0.8
    masks = masks.float()
    meta = dict(img_shape=(size, size), ori_shape=(size, size), pad_shape=(size, size))
    samples = [SegDataSample(gt_sem_seg=PixelData(data=mask), metainfo=meta) for mask in masks]
    inputs = [(mask * 255).byte() for mask in masks]
    return model.data_preprocessor({'inputs': inputs, 'data_samples': samples}, training=True)


def losses_of(model: torch.nn.Module) -> dict[str, torch.Tensor]:
    return model(**batch(model), mode='loss')


@pytest.fixture
def prior_checkpoint(tmp_path):
    cfg = small_config()
    model = build(cfg)
    path = tmp_path / 'prior.pth'
    torch.save({'meta': {'cfg': cfg.pretty_text}, 'state_dict': model.state_dict()}, path)
    return path


def test_published_size_has_an_18_by_18_latent_of_256_channels():
    model = build(Config.fromfile('configs/cogensam/vqvae_prior.py')).eval()
    with torch.no_grad():
        latent = model.backbone(torch.zeros(1, 1, 288, 288))[0]
        assert latent.shape == (1, 256, 18, 18)
        assert model.decode_head((latent,)).shape == (1, 1, 288, 288)
    assert model.decode_head.codebook.quantizer.codebook.shape == (1024, 256)


def test_codes_are_the_nearest_entries():
    codebook = Codebook(size=16, dim=4).eval()
    z = torch.randn(2, 4, 3, 5)
    entries = codebook.quantizer.codebook
    distance = torch.cdist(z.permute(0, 2, 3, 1).reshape(-1, 4), entries)
    expected = entries[distance.argmin(1)].reshape(2, 3, 5, 4).permute(0, 3, 1, 2)
    torch.testing.assert_close(codebook(z).codes, expected)


def test_codebook_loss_has_the_gradients_of_both_terms_of_equation_6():
    codebook = Codebook(size=16, dim=4, dead_code_threshold=0).train()
    z = torch.randn(2, 4, 3, 5, requires_grad=True)
    quantized = codebook(z)
    entries = codebook.quantizer._codebook.embed
    by_z, by_entries = torch.autograd.grad(quantized.loss, (z, entries))
    rows = z.detach().permute(0, 2, 3, 1).reshape(-1, 4)
    chosen = entries.detach()[0][quantized.indices.flatten()]
    torch.testing.assert_close(
        by_z.permute(0, 2, 3, 1).reshape(-1, 4), 2 * (rows - chosen) / z.numel()
    )
    expected = torch.zeros(16, 4).index_add(
        0, quantized.indices.flatten(), 2 * (chosen - rows) / z.numel()
    )
    torch.testing.assert_close(by_entries[0], expected)


def test_reconstruction_reaches_the_encoder_and_contrast_reaches_the_codebook_too():
    codebook = Codebook(size=16, dim=4).train()
    z = torch.randn(1, 4, 3, 3, requires_grad=True)
    entries = codebook.quantizer._codebook.embed
    quantized = codebook(z)
    through_decoder = torch.autograd.grad(
        quantized.straight_through.sum(), (z, entries), allow_unused=True, retain_graph=True
    )
    assert torch.equal(through_decoder[0], torch.ones_like(z))
    assert through_decoder[1] is None
    by_z, by_entries = torch.autograd.grad(quantized.codes.sum(), (z, entries))
    assert torch.equal(by_z, torch.ones_like(z))
    assert by_entries.abs().sum() > 0


def test_health_shows_a_collapse():
    codebook = Codebook(size=8, dim=4)
    even = codebook.health(torch.arange(8))
    collapsed = codebook.health(torch.zeros(8, dtype=torch.long))
    assert even['codebook_perplexity'].item() == pytest.approx(8)
    assert collapsed['codebook_perplexity'].item() == pytest.approx(1)


def test_live_share_counts_the_entries_chosen_lately():
    codebook = Codebook(size=4, dim=1, live_steps=2, dead_code_threshold=0).train()
    codebook.quantizer.codebook.data[:] = torch.tensor([[0.0], [1.0], [2.0], [3.0]])
    for _ in range(3):
        indices = codebook(torch.tensor([0.0, 1.0, 0.0, 1.0]).reshape(1, 1, 2, 2)).indices
    assert codebook.health(indices)['codebook_live'].item() == pytest.approx(0.5)


def test_contrast_equals_equation_8_summed_over_anchors():
    contrast = ContrastiveInteraction(dim=4, proj_dim=6, patch_size=2, weight=0.5)
    restorer, prior = torch.randn(2, 4, 4, 6), torch.randn(2, 4, 4, 6)
    total = 0.0
    for r, p in zip(restorer, prior, strict=True):

        def embed(latent, layer):
            patches = [
                latent[:, i : i + 2, j : j + 2].mean((1, 2))
                for i in range(0, 4, 2)
                for j in range(0, 6, 2)
            ]
            return [v / v.norm() for v in map(layer, patches)]

        anchors = embed(r, contrast.project_restorer)
        keys = embed(p, contrast.project_prior)
        for i, anchor in enumerate(anchors):
            scores = torch.stack([torch.exp(anchor @ key / 0.1) for key in keys])
            total -= torch.log(scores[i] / scores.sum())
    torch.testing.assert_close(contrast(restorer, prior), 0.5 * total / 2)


@pytest.mark.parametrize(
    ('prior', 'message'), [((1, 4, 4, 4), 'stage I'), ((1, 4, 3, 3), 'whole number of patches')]
)
def test_contrast_refuses_latents_that_do_not_fit(prior, message):
    contrast = ContrastiveInteraction(dim=4, proj_dim=6, patch_size=2)
    with pytest.raises(ValueError, match=message):
        contrast(torch.randn(1, 4, 3, 3), torch.randn(prior))


def test_stage_two_trains_against_a_frozen_prior(prior_checkpoint):
    head = dict(prior=dict(checkpoint=str(prior_checkpoint)), contrast=dict(proj_dim=8))
    model = build(small_config(**head))
    model.init_weights()
    held = model.decode_head.prior.module
    before = copy.deepcopy(held.state_dict())
    optimizer = torch.optim.Adam(model.parameters(), 1e-2)
    losses = losses_of(model)
    sum(value for name, value in losses.items() if 'loss' in name).backward()
    optimizer.step()
    assert {'decode.loss_mse', 'decode.loss_codebook', 'decode.loss_contrast'} <= losses.keys()
    assert not any('prior' in name and 'project' not in name for name in model.state_dict())
    assert all(torch.equal(before[k], v) for k, v in held.state_dict().items())
    assert all(p.grad is not None for p in model.parameters())


def test_missing_prior_is_named_before_training(tmp_path):
    head = dict(prior=dict(checkpoint=str(tmp_path / 'none.pth')), contrast=dict())
    with pytest.raises(FileNotFoundError, match=r'none\.pth.*vqvae_prior'):
        build(small_config(**head)).init_weights()


def test_contrast_without_prior_is_refused():
    with pytest.raises(ValueError, match=r'decode_head\.prior'):
        build(small_config(contrast=dict()))


def test_ablations_build_without_codebook_and_without_contrast():
    without = build(Config.fromfile('configs/cogensam/vqvae_restorer_no-codebook.py'))
    assert without.decode_head.codebook is None
    assert (
        build(
            Config.fromfile('configs/cogensam/vqvae_restorer_no-contrast.py')
        ).decode_head.contrast
        is None
    )


def test_overfits_four_masks():
    torch.manual_seed(0)
    model = build(small_config())
    data = batch(model, size=48, count=4)
    data['inputs'][:] = 0
    for index in range(4):
        data['inputs'][index, :, 10 * index : 10 * index + 6] = 1
        data['data_samples'][index].gt_sem_seg.data = data['inputs'][index].clone()
    optimizer = torch.optim.Adam(model.parameters(), 5e-3)
    history = []
    for _ in range(120):
        losses = model(**data, mode='loss')
        optimizer.zero_grad()
        sum(value for name, value in losses.items() if 'loss' in name).backward()
        optimizer.step()
        history.append(losses['decode.loss_mse'].item())
    assert np.mean(history[-10:]) < 0.25 * history[0]
