"""Codes where they are needed: the router of Patch-VQVAE, and its head."""

import pytest
import torch
from restoration_toy import build, segmentor

from mmcrack.models.decode_heads.patch_vqvae_head import merged
from mmcrack.models.layers.code_router import CodeRouter

HEAD = dict(
    type='mmcrack.PatchVQVAEHead',
    in_channels=8,
    in_index=0,
    channels=4,
    decoder_channels=(8, 4),
    embed_dim=8,
    num_res_blocks=1,
    codebook=dict(size=16),
    align_corners=False,
)
ENCODER = dict(
    type='mmcrack.VQEncoder', in_channels=3, channels=(4, 8), embed_dim=8, num_res_blocks=1
)


def model(**options):
    return segmentor(backbone=ENCODER, decode_head=HEAD | options, size_divisor=16)


def one_hot(grains, count=3):
    """Choices (1, G, h, w) of grain numbers (h, w)."""
    return torch.nn.functional.one_hot(torch.tensor(grains), count).permute(2, 0, 1)[None].float()


def test_a_patch_has_the_codes_of_its_grain():
    fine = torch.arange(64.0).view(1, 1, 8, 8)
    codes = [fine, 100 + fine[..., ::2, ::2], 1000 + fine[..., ::4, ::4]]
    found = merged(codes, one_hot([[0, 1], [2, 1]]))[0, 0]
    assert torch.equal(found[:4, :4], fine[0, 0, :4, :4])
    assert torch.equal(
        found[:4, 4:], 100 + fine[0, 0, :4:2, 4::2].repeat_interleave(2, 0).repeat_interleave(2, 1)
    )
    assert (found[4:, :4] == 1000 + fine[0, 0, 4, 0]).all()


def test_spending_counts_the_codes_of_each_grain():
    router = CodeRouter(4, (1, 2, 4), budget=0.4)
    chosen = one_hot([[0, 1], [2, 1]])
    assert router.spending(chosen).item() == pytest.approx((16 + 4 + 1 + 4) / 64)
    assert router.loss(chosen).item() == pytest.approx((25 / 64 - 0.4) ** 2, rel=1e-4)


def test_budget_falls_evenly_to_its_aim():
    router = CodeRouter(4, budget=0.4, ramp_up=2)
    aims = []
    for _ in range(4):
        aims.append(router.aim())
        router(torch.rand(1, 4, 8, 8))
    assert aims == pytest.approx([1.0, 0.7, 0.4, 0.4])
    router.eval()(torch.rand(1, 4, 8, 8))
    assert router.steps == 4


def test_training_on_the_budget_alone_makes_choices_coarse():
    torch.manual_seed(0)
    router = CodeRouter(4, budget=1 / 16)
    optimizer = torch.optim.Adam(router.parameters(), 0.05)
    latents = torch.randn(8, 4, 16, 16)
    for _ in range(60):
        loss = router.loss(router(latents))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert router.spending(router.eval()(latents)).item() == pytest.approx(1 / 16)


def test_choices_are_whole_and_drawn_in_training_alone():
    torch.manual_seed(0)
    router = CodeRouter(4)
    z = torch.randn(2, 4, 16, 8)
    chosen = router(z)
    assert chosen.shape == (2, 3, 4, 2)
    torch.testing.assert_close(chosen.sum(1), torch.ones(2, 4, 2))
    assert set(chosen.round(decimals=4).unique().tolist()) == {0, 1}
    assert not torch.equal(router(z).round(), chosen.round())
    router.eval()
    assert torch.equal(router(z), router(z))


def test_a_test_image_gets_no_finer_codes_than_most_of_the_training():
    router = CodeRouter(4).eval()
    router.score[-1].weight.data.zero_()
    router.score[-1].bias.data = torch.tensor([1.0, 0.0, -1.0])  # always the finest
    z = torch.rand(1, 4, 8, 8)
    for shares, usual in (([0.6, 0.3, 0.1], 0), ([0.3, 0.4, 0.3], 1), ([0.2, 0.2, 0.6], 2)):
        router.shares.copy_(torch.tensor(shares))
        assert router.usual_grain() == usual
        assert (router(z).argmax(1) == usual).all()
    router.limit = False
    assert (router(z).argmax(1) == 0).all()
    router.limit, router.score[-1].bias.data = True, torch.tensor([0.0, 0.0, 1.0])
    router.shares.copy_(torch.tensor([1.0, 0.0, 0.0]))
    assert (router(z).argmax(1) == 2).all()  # coarser codes are free


def test_shares_follow_the_choices_of_the_training():
    router = CodeRouter(4)
    router.score[-1].weight.data.zero_()
    router.score[-1].bias.data = torch.tensor([0.0, 0.0, 50.0])
    for _ in range(500):
        router(torch.zeros(1, 4, 4, 4))
    torch.testing.assert_close(router.shares, torch.tensor([0, 0, 1.0]), atol=0.01, rtol=0)
    assert 'shares' in router.state_dict()


def test_losses_reach_encoder_router_codebook_and_decoder():
    net = model().train()
    inputs = torch.rand(2, 3, 32, 32) * 2 - 1
    losses = net.loss(inputs, [])
    assert set(losses) == {
        'loss_l2', 'loss_codebook', 'loss_budget', 'codes_spent',
        'codebook_perplexity', 'codebook_live',
    }  # fmt: skip
    loss, _ = net.parse_losses(losses)
    loss.backward()
    for name, parameter in net.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.isfinite().all(), name
    for part in (net.backbone.stem.weight, net.decode_head.router.score[-1].weight):
        assert part.grad.abs().sum() > 0
    assert net.decode_head.codebook.quantizer.codebook.shape == (16, 8)


def test_codes_of_all_grains_are_of_one_codebook():
    head = model().eval().decode_head
    z = torch.randn(1, 8, 8, 8)
    head.decode = lambda codes: codes  # look at what would be decoded
    entries = head.codebook.quantizer.codebook.detach()
    for grain in range(3):
        head.router.forward = lambda z, grain=grain: one_hot([[grain] * 2] * 2)
        codes = head.restore((z,))[0].logit()[0].flatten(1).T
        distance = torch.cdist(codes.double(), entries.double()).min(1).values
        assert distance.max() < 1e-3
        assert len(codes.round(decimals=4).unique(dim=0)) <= min(64 // 4**grain, 16)


def test_latents_that_are_no_multiple_of_a_patch_are_refused():
    with pytest.raises(ValueError, match='multiple of a patch'):
        model().decode_head.restore((torch.rand(1, 8, 6, 8),))


@pytest.mark.parametrize('grains', [(1,), (2, 4), (1, 3, 4), (1, 4, 2)])
def test_impossible_grains_are_refused(grains):
    with pytest.raises(ValueError, match='grains'):
        CodeRouter(4, grains)


def test_arguments_that_make_no_patch_vqvae_are_refused():
    with pytest.raises(ValueError, match='budget'):
        CodeRouter(4, budget=0.01)
    with pytest.raises(ValueError, match=r'decode_head\.codebook'):
        build(HEAD | dict(codebook=None))
