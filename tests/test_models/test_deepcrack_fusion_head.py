"""DeepCrackFusionHead (Zou et al. 2018) and SegNet's unpooling."""

import heads_toy as toy
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from mmcrack.models.decode_heads import DeepCrackFusionHead
from mmcrack.models.layers.unpooling import max_pool_to, max_unpool

CHANNELS = [4, 6, 8]


def head(**changes) -> DeepCrackFusionHead:
    return toy.build(
        {'type': 'mmcrack.DeepCrackFusionHead', 'in_channels': CHANNELS, **toy.COMMON, **changes}
    )


@pytest.mark.parametrize('channels', [1, 2])
@pytest.mark.parametrize('name', toy.BACKBONES)
def test_serves_backbones_by_config(name, channels):
    backbone, widths = toy.BACKBONES[name]
    config = dict(
        type='mmcrack.DeepCrackFusionHead',
        in_channels=widths,
        num_convs=1,
        out_channels=channels,
    )
    model = toy.segmentor(backbone, config)
    finest = model.backbone(torch.rand(2, 3, toy.SIZE, toy.SIZE))[0]
    logits = model(torch.rand(2, 3, toy.SIZE, toy.SIZE))
    assert logits.shape == (2, channels, *finest.shape[2:])
    toy.gradients_reach_all(model)
    toy.predicts_probabilities(model, channels)


def test_learns_four_real_images():
    backbone, widths = toy.FINE
    config = dict(type='mmcrack.DeepCrackFusionHead', in_channels=widths, num_convs=1)
    assert toy.overfit(toy.segmentor(backbone, config), steps=60, lr=1e-2) > 0.85


def test_unpooling_puts_values_where_the_maxima_were():
    x = torch.rand(2, 3, 6, 4)
    pooled, places = max_pool_to(x, (3, 2))
    found = max_unpool(10 + pooled, places)
    for n, c, i, j in torch.cartesian_prod(*map(torch.arange, (2, 3, 3, 2))).tolist():
        window = x[n, c, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2]
        expected = torch.where(window == window.max(), 10 + window.max(), 0.0)
        assert torch.equal(found[n, c, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2], expected)


@pytest.mark.parametrize(
    ('size', 'pooled'),
    [((7, 5), (4, 3)), ((7, 5), (3, 2)), ((8, 5), (4, 3)), ((9, 9), (9, 9)), ((16, 12), (4, 3))],
)
def test_pooling_meets_the_next_level_however_it_rounds(size, pooled):
    x = torch.rand(1, 2, *size)
    found, places = max_pool_to(x, pooled)
    assert found.shape[2:] == pooled
    restored = max_unpool(found, places)
    assert restored.shape == x.shape
    assert torch.equal(restored[restored > 0].sort()[0], found.flatten().sort()[0])


def test_levels_without_a_whole_stride_are_refused():
    with pytest.raises(ValueError, match=r'from a level of 8×8 to one of 5×5.*size_divisor'):
        max_pool_to(torch.rand(1, 1, 8, 8), (5, 5))


def test_decoder_without_convolutions_is_repeated_unpooling():
    """Equal widths and identities for convolutions leave PyTorch's own pooling and unpooling."""
    module = head(in_channels=[4, 4])
    module.stages = nn.ModuleList([nn.Identity(), nn.Identity()])
    fine, coarse = toy.levels_of([4, 4])
    bottom, places = F.max_pool2d(coarse, 2, return_indices=True)
    _, fine_places = F.max_pool2d(fine, 2, return_indices=True)
    decoded_coarse = F.max_unpool2d(bottom, places, 2)
    decoded_fine = F.max_unpool2d(decoded_coarse, fine_places, 2)
    found = module.decode([fine, coarse])
    assert torch.equal(found[0], decoded_fine)
    assert torch.equal(found[1], decoded_coarse)


def test_decoder_mirrors_vgg16():
    """The convolutions of the published decoder, from the coarsest: input and output widths."""
    vgg = dict(in_channels=[64, 128, 256, 512, 512], num_convs=[2, 2, 3, 3, 3])
    with torch.device('meta'):
        stages = head(**vgg).stages
    widths = [
        [(conv.conv.in_channels, conv.conv.out_channels) for conv in stage]
        for stage in reversed(stages)
    ]
    assert widths == [
        [(512, 512), (512, 512), (512, 512)],
        [(512, 512), (512, 512), (512, 256)],
        [(256, 256), (256, 256), (256, 128)],
        [(128, 128), (128, 64)],
        [(64, 64), (64, 64)],
    ]


def test_sides_see_encoder_and_decoder():
    module, levels = head().eval(), toy.levels_of(CHANNELS)
    pairs = [torch.cat(pair, 1) for pair in zip(levels, module.decode(list(levels)), strict=True)]
    main, sides = module.outputs(levels)
    for pair, conv, side in zip(pairs, module.sides.convs, sides, strict=True):
        logit = torch.einsum('nchw,oc->nohw', pair, conv.weight[..., 0, 0])
        expected = F.interpolate(logit, size=(16, 16), mode='bilinear', align_corners=False)
        torch.testing.assert_close(side, expected)
    torch.testing.assert_close(main, torch.stack(sides).mean(0))


def test_every_side_is_supervised():
    losses = head().loss(toy.levels_of(CHANNELS), toy.samples(toy.soft_labels()), None)
    expected = {'loss_bce', *(f'loss_bce_side{number}' for number in (1, 2, 3))}
    assert {name for name in losses if 'loss' in name} == expected


def test_runs_in_autocast():
    with torch.autocast('cpu', dtype=torch.bfloat16):
        logits = head()(toy.levels_of(CHANNELS))
    assert logits.isfinite().all()


@pytest.mark.parametrize('num_convs', [[2, 2], [2, 0, 2], 0])
def test_wrong_depths_are_named(num_convs):
    with pytest.raises(ValueError, match='num_convs must give 1 or more for each of 3 levels'):
        head(num_convs=num_convs)
