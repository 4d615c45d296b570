"""OEDHead (König et al. 2021)."""

import heads_toy as toy
import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from mmcrack.models.decode_heads import OEDHead

CHANNELS = [3, 4, 6]
WIDTHS = [5, 4]


def head(**changes) -> OEDHead:
    config = dict(
        type='mmcrack.OEDHead', in_channels=CHANNELS, decoder_channels=WIDTHS, image_channels=4
    )
    return toy.build({**config, **toy.COMMON, **changes})


def with_image(backbone: dict) -> dict:
    return dict(type='mmcrack.WithImage', backbone=backbone)


@pytest.mark.parametrize('channels', [1, 2])
@pytest.mark.parametrize('name', toy.BACKBONES)
def test_serves_backbones_by_config(name, channels):
    backbone, levels = toy.BACKBONES[name]
    config = dict(
        type='mmcrack.OEDHead',
        in_channels=[3, *levels],
        decoder_channels=[16] * len(levels),
        out_channels=channels,
    )
    model = toy.segmentor(with_image(backbone), config)
    assert model(torch.rand(2, 3, toy.SIZE, toy.SIZE)).shape == (2, channels, toy.SIZE, toy.SIZE)
    toy.gradients_reach_all(model)
    toy.predicts_probabilities(model, channels)


@pytest.mark.parametrize('name', ['resnet18', 'mit-b0'])
def test_serves_backbones_without_the_image(name):
    backbone, levels = toy.BACKBONES[name]
    config = dict(
        type='mmcrack.OEDHead',
        in_channels=levels,
        decoder_channels=[16] * (len(levels) - 1),
        image_level=False,
    )
    model = toy.segmentor(backbone, config)
    assert model(torch.rand(2, 3, toy.SIZE, toy.SIZE)).shape == (2, 1, 16, 16)
    toy.gradients_reach_all(model)


def test_learns_four_real_images():
    backbone, levels = toy.BACKBONES['resnet18']
    config = dict(
        type='mmcrack.OEDHead',
        in_channels=[3, *levels],
        decoder_channels=[32, 24, 16, 8],
        image_channels=8,
    )
    assert toy.overfit(toy.segmentor(with_image(backbone), config), steps=60, lr=1e-2) > 0.85


def written_out(head: OEDHead, levels: tuple[Tensor, ...]) -> tuple[Tensor, Tensor]:
    """The published decoder of two blocks as plain function calls on the head's weights."""
    state = head.state_dict()

    def conv(x: Tensor, name: str) -> Tensor:
        bias = state.get(f'{name}.conv.bias')
        x = F.conv2d(x, state[f'{name}.conv.weight'], bias, padding=1)
        if bias is None:
            statistics = [state[f'{name}.bn.{key}'] for key in ('running_mean', 'running_var')]
            affine = [state[f'{name}.bn.{key}'] for key in ('weight', 'bias')]
            x = F.batch_norm(x, *statistics, *affine)
        return x.relu()

    def residual(x: Tensor, name: str) -> Tensor:
        return x + conv(conv(x, f'{name}.convs.0'), f'{name}.convs.1')

    def up_and_append(x: Tensor, skip: Tensor) -> Tensor:
        return torch.cat([x.repeat_interleave(2, 2).repeat_interleave(2, 3), skip], 1)

    image, middle, coarse = levels
    image = conv(conv(image, 'image_convs.0'), 'image_convs.1')
    x = conv(up_and_append(coarse, middle), 'blocks.0.0')
    x = residual(residual(x, 'blocks.0.1'), 'blocks.0.2')
    side = F.conv2d(x, state['side_convs.0.weight'], state['side_convs.0.bias'])
    x = conv(conv(up_and_append(x, image), 'blocks.1.0'), 'blocks.1.1')
    return F.conv2d(x, state['conv_seg.weight'], state['conv_seg.bias'], padding=1), side


@torch.no_grad()
def test_is_the_published_decoder():
    module, levels = head().eval(), toy.levels_of(CHANNELS)
    for name, buffer in module.named_buffers():
        if 'running' in name:
            buffer.copy_(torch.rand_like(buffer) + 0.5)
    main, sides = module.outputs(levels)
    expected_main, expected_side = written_out(module, levels)
    assert main.std() > 1e-3
    torch.testing.assert_close(main, expected_main)
    torch.testing.assert_close(sides, [expected_side])


def test_blocks_but_the_last_are_supervised_from_fine_to_coarse():
    module = head(in_channels=[3, 4, 6, 8], decoder_channels=[7, 6, 4], side_weights=[1, 2])
    levels, samples = toy.levels_of([3, 4, 6, 8]), toy.samples(toy.soft_labels())
    losses = module.loss(levels, samples, None)
    assert {k for k in losses if 'loss' in k} == {'loss_bce', 'loss_bce_side1', 'loss_bce_side2'}
    _, sides = module.outputs(levels)
    assert [side.shape[-1] for side in sides] == [8, 4]
    for number, weight, side in ((1, 1, sides[0]), (2, 2, sides[1])):
        expected = weight * module.loss_by_feat(side, samples)['loss_bce']
        torch.testing.assert_close(losses[f'loss_bce_side{number}'], expected)


def test_without_deep_supervision_there_are_no_side_layers():
    module = head(side_weights=None)
    assert not [name for name, _ in module.named_parameters() if name.startswith('side')]
    losses = module.loss(toy.levels_of(CHANNELS), toy.samples(toy.soft_labels()), None)
    assert [name for name in losses if 'loss' in name] == ['loss_bce']


def test_initialization_starts_near_zero():
    module = head()
    module.init_weights()
    for conv in (module.conv_seg, *module.side_convs):
        assert 0 < conv.weight.abs().max() < 0.06
        assert not conv.bias.any()


@pytest.mark.parametrize('widths', [[16], [16, 8, 4]])
def test_wrong_widths_are_named(widths):
    with pytest.raises(ValueError, match=rf'2 of them, got \[{str(widths)[1:-1]}\]'):
        head(decoder_channels=widths)
