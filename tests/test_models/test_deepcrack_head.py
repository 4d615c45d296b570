"""DeepCrackHead (Liu et al. 2019), its deep supervision and its guided filter."""

from functools import partial

import heads_toy as toy
import pytest
import torch
from mmengine.config import Config
from torch.nn import functional as F

from mmcrack.models.backbones import PrePoolVGG
from mmcrack.models.decode_heads import DeepCrackHead
from mmcrack.models.losses import SoftBCELoss

CHANNELS = [4, 6, 8]


def head(**changes) -> DeepCrackHead:
    torch.manual_seed(0)
    return toy.build(
        {'type': 'mmcrack.DeepCrackHead', 'in_channels': CHANNELS, **toy.COMMON, **changes}
    )


@pytest.mark.parametrize('channels', [1, 2])
@pytest.mark.parametrize('name', toy.BACKBONES)
def test_serves_backbones_by_config(name, channels):
    backbone, widths = toy.BACKBONES[name]
    config = dict(type='mmcrack.DeepCrackHead', in_channels=widths, out_channels=channels)
    model = toy.segmentor(backbone, config)
    finest = model.backbone(torch.rand(2, 3, toy.SIZE, toy.SIZE))[0]
    logits = model(torch.rand(2, 3, toy.SIZE, toy.SIZE))
    assert logits.shape == (2, channels, *finest.shape[2:])
    toy.gradients_reach_all(model)
    toy.predicts_probabilities(model, channels)


def test_learns_four_real_images():
    backbone, widths = toy.FINE
    model = toy.segmentor(backbone, dict(type='mmcrack.DeepCrackHead', in_channels=widths))
    assert toy.overfit(model, steps=60, lr=1e-2) > 0.85


def test_is_the_fusion_of_upsampled_projections():
    """Written out from the paper's figure, without our layers."""
    module, levels = head(), toy.levels_of(CHANNELS)
    torch.nn.init.normal_(module.conv_seg.weight)
    sides = []
    for level, conv in zip(levels, module.sides.convs, strict=True):
        logit = torch.einsum('nchw,oc->nohw', level, conv.weight[..., 0, 0])
        sides.append(F.interpolate(logit, size=(16, 16), mode='bilinear', align_corners=False))
    fused = sum(
        weight * side for weight, side in zip(module.conv_seg.weight.flatten(), sides, strict=True)
    )
    main, found = module.outputs(levels)
    torch.testing.assert_close(main, fused)
    for expected, side in zip(sides, found, strict=True):
        torch.testing.assert_close(side, expected)


@pytest.mark.parametrize('channels', [1, 2])
def test_fusion_starts_as_the_mean(channels):
    main, sides = head(out_channels=channels).outputs(toy.levels_of(CHANNELS))
    torch.testing.assert_close(main, torch.stack(sides).mean(0))


def test_initialization_keeps_the_start():
    module = head()
    before = {name: tensor.clone() for name, tensor in module.state_dict().items()}
    module.init_weights()
    assert all(torch.equal(before[name], tensor) for name, tensor in module.state_dict().items())


def test_every_side_is_supervised_with_its_weight():
    module, levels = head(side_weights=[0.5, 0.75, 2]), toy.levels_of(CHANNELS)
    labels = toy.soft_labels()
    losses = module.loss(levels, toy.samples(labels), None)
    main, sides = module.outputs(levels)
    expected = {'loss_bce': (1, main)}
    for number, pair in enumerate(zip([0.5, 0.75, 2], sides, strict=True), 1):
        expected[f'loss_bce_side{number}'] = pair
    assert {name for name in losses if 'loss' in name} == set(expected)
    for name, (weight, logits) in expected.items():
        logits = F.interpolate(logits, size=labels.shape[2:], mode='bilinear')
        loss = SoftBCELoss()(logits, labels[:, 0], ignore_index=-1)
        torch.testing.assert_close(losses[name], weight * loss)


def test_several_losses_supervise_each_side():
    both = [dict(type='mmcrack.SoftBCELoss'), dict(type='mmcrack.SoftDiceLoss')]
    losses = head(loss_decode=both).loss(
        toy.levels_of(CHANNELS), toy.samples(toy.soft_labels()), None
    )
    assert {'loss_dice', 'loss_bce_side1', 'loss_dice_side3'} <= set(losses)


@pytest.mark.parametrize('channels', [1, 2])
def test_hard_label_losses_of_mmseg_fit(channels):
    loss = dict(type='CrossEntropyLoss', use_sigmoid=channels == 1)
    module = head(out_channels=channels, loss_decode=loss, ignore_index=255)
    labels = (toy.soft_labels() > 0.5).long()
    losses = module.loss(toy.levels_of(CHANNELS), toy.samples(labels), None)
    assert all(losses[name].isfinite() for name in ('loss_ce', 'loss_ce_side1', 'loss_ce_side3'))


def test_sides_can_go_unsupervised():
    losses = head(side_weights=None).loss(
        toy.levels_of(CHANNELS), toy.samples(toy.soft_labels()), None
    )
    assert [name for name in losses if 'loss' in name] == ['loss_bce']


@pytest.mark.parametrize('channels', [1, 2])
def test_guided_filter_refines_predictions_only(channels):
    plain, guided = (
        head(out_channels=channels, guided_filter=cfg).eval()
        for cfg in (None, dict(radius=2, eps=1e-4))
    )
    levels, metas = toy.levels_of(CHANNELS), [dict(img_shape=(32, 32))] * 2
    torch.testing.assert_close(guided(levels), plain(levels))
    fused, sides = plain.outputs(levels)
    probability = [
        F.interpolate(x, size=(32, 32), mode='bilinear').sigmoid()
        if channels == 1
        else F.interpolate(x, size=(32, 32), mode='bilinear').softmax(1)[:, 1:]
        for x in (sides[0], fused)
    ]
    expected = guided.guided_filter(*probability).clamp(1e-6, 1 - 1e-6)
    found = guided.predict(levels, metas, None)
    found = found.sigmoid() if channels == 1 else found.softmax(1)[:, 1:]
    torch.testing.assert_close(found, expected)
    assert (found - probability[1]).abs().max() > 1e-4


def test_vgg_levels_are_those_before_pooling():
    vgg = PrePoolVGG(11)
    mmpretrain_vgg = toy.build(dict(type='mmpretrain.VGG', depth=11, out_indices=(0, 1, 2, 3, 4)))
    mmpretrain_vgg.load_state_dict(vgg.state_dict())
    image = torch.rand(1, 3, 33, 48)
    for before, after in zip(vgg(image), mmpretrain_vgg(image), strict=True):
        assert torch.equal(F.max_pool2d(before, 2), after)


@pytest.mark.parametrize(
    ('changes', 'message'),
    [
        (dict(in_index=[0, 1]), 'in_channels has 3 levels, in_index 2'),
        (dict(side_weights=[1, 1]), 'side_weights has 2 numbers for 3 side outputs'),
        (dict(side_weights=0), 'must be positive.*None turns them off'),
        (dict(guided_filter=dict(radius=0, eps=1)), 'radius and eps must be positive'),
        (
            dict(guided_filter=dict(radius=5, eps=1), num_classes=3, out_channels=3),
            'refines one crack map',
        ),
    ],
)
def test_wrong_settings_are_named(changes, message):
    with pytest.raises(ValueError, match=message):
        head(**changes)


@pytest.mark.parametrize(
    ('changes', 'message'),
    [
        (dict(in_index=[0, 1, 3]), 'the backbone returns 3 levels; set its out_indices'),
        (dict(in_index=[0, 2, 1]), r'in_channels is \[4, 6, 8\], the levels have \[4, 8, 6\]'),
        (dict(in_channels=[8, 6, 4], in_index=[2, 1, 0]), 'from fine to coarse'),
    ],
)
def test_wrong_levels_are_named(changes, message):
    with pytest.raises(ValueError, match=message):
        head(**changes)(toy.levels_of(CHANNELS))


@pytest.mark.parametrize(
    'name',
    [
        'deepcrack_vgg16',
        'deepcrack_fusion_vgg16',
        'deepcrack_unet_small',
        'oed_efficientnet_b0',
        'oed_efficientnet_b5',
        'oed_resnet50',
    ],
)
def test_base_configs_give_a_logit_a_pixel(name, monkeypatch):
    # mmpretrain's backbones read numbers out of a linspace, which a meta tensor has not
    monkeypatch.setattr(torch, 'linspace', partial(torch.linspace, device='cpu'))
    config = Config.fromfile(f'configs/_base_/models/{name}.py').model.to_dict()
    with torch.device('meta'):
        model = toy.build(config).eval()
        assert model(torch.empty(1, 3, 192, 160)).shape == (1, 1, 192, 160)
