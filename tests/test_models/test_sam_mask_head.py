import copy

import pytest
import sam_toy as toy
import torch
from mmengine.registry import MODELS
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample

BACKBONES = {
    'ResNet': (dict(type='mmseg.ResNet', depth=18, norm_cfg=dict(type='BN')), 512),
    'SegFormer-MiT': (
        dict(type='mmseg.MixVisionTransformer', embed_dims=8, num_layers=[1, 1, 1, 1]),
        64,
    ),
    'Swin': (dict(type='mmseg.SwinTransformer', embed_dims=12, depths=(1, 1, 1, 1)), 96),
    'mmpretrain ConvNeXt': (
        dict(
            type='mmpretrain.ConvNeXt',
            arch=dict(depths=[1, 1, 1, 1], channels=[8, 16, 24, 32]),
            gap_before_final_norm=False,
        ),
        32,
    ),
}


def samples(count=2, size=toy.SIZE):
    generator = torch.Generator().manual_seed(2)
    labels = torch.rand(count, 1, size, size, generator=generator)
    labels[:, :, :16] = -1
    meta = dict(ori_shape=(size, size), img_shape=(size, size))
    return [
        SegDataSample(gt_sem_seg=PixelData(data=label), metainfo=dict(meta)) for label in labels
    ]


@pytest.fixture
def checkpoint(tmp_path):
    return toy.save_official(tmp_path / 'sam.pth')


@pytest.mark.parametrize('attention', ['chunked', 'folded'])
def test_encoder_and_decoder_are_the_official_ones_end_to_end(checkpoint, attention):
    model = toy.build(toy.segmentor_config(checkpoint, attention=attention)).eval()
    model.init_weights()
    expected = toy.official_masks(toy.official_sam(), toy.images(3))
    assert expected.shape == (3, 1, 32, 32)
    assert expected.abs().max() > 0.1
    torch.testing.assert_close(model(toy.images(3)), expected, rtol=1e-4, atol=1e-4)


def test_prediction_is_the_resized_mask(checkpoint):
    model = toy.build(toy.segmentor_config(checkpoint)).eval()
    model.init_weights()
    mask = toy.official_masks(toy.official_sam(), toy.images(2))
    expected = torch.nn.functional.interpolate(mask, toy.SIZE, mode='bilinear').sigmoid()
    results = model.predict(toy.images(2), samples())
    found = torch.stack([sample.seg_logits.data for sample in results])
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-4)


def test_two_channels_have_the_probability_of_one(checkpoint):
    one, two = (
        toy.build(toy.segmentor_config(checkpoint, head=toy.head_config(out_channels=n))).eval()
        for n in (1, 2)
    )
    for model in (one, two):
        model.init_weights()
    x = toy.images()
    torch.testing.assert_close(two(x).softmax(1)[:, 1:], one(x).sigmoid())


def test_every_trainable_parameter_gets_a_gradient(checkpoint):
    """DDP without ``find_unused_parameters`` demands it."""
    model = toy.build(toy.segmentor_config(checkpoint, lora=dict(rank=2))).train()
    model.init_weights()
    losses = model.loss(toy.images(), samples())
    losses['decode.loss_mae'].backward()
    trained = {n for n, p in model.named_parameters() if p.requires_grad}
    assert {n for n, p in model.named_parameters() if p.grad is not None} == trained
    head = {n for n in trained if n.startswith('decode_head.')}
    assert 'decode_head.prompt_encoder.no_mask_embed.weight' in head
    assert not any('iou_prediction_head' in name or 'point_embed' in name for name in head)


def test_gradients_are_those_of_the_official_decoder(checkpoint):
    model, sam = toy.build(toy.segmentor_config(checkpoint)).train(), toy.official_sam()
    model.init_weights()
    model(toy.images()).sin().sum().backward()
    toy.official_masks(sam, toy.images()).sin().sum().backward()
    official = dict(sam.named_parameters())
    for name, parameter in model.decode_head.named_parameters():
        if parameter.requires_grad:
            torch.testing.assert_close(parameter.grad, official[name].grad, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize('name', BACKBONES)
def test_serves_other_backbones_by_config(name):
    backbone, channels = BACKBONES[name]
    head = toy.head_config(in_channels=channels, in_index=-1)
    config = dict(type='mmseg.EncoderDecoder', backbone=backbone, decode_head=head)
    config['test_cfg'] = dict(mode='whole')
    model = MODELS.build(copy.deepcopy(config)).train()
    losses = model.loss(toy.images(size=(64, 64)), samples(size=64))
    losses['decode.loss_mae'].backward()
    assert model.decode_head.projection.weight.grad.abs().sum() > 0


@pytest.mark.parametrize('channels', [1, 2])
def test_hard_label_losses_of_mmseg_fit_two_channels(channels):
    loss = dict(type='mmseg.CrossEntropyLoss', use_sigmoid=channels == 1)
    head = toy.build(toy.head_config(out_channels=channels, loss_decode=loss, ignore_index=255))
    batch = samples()
    for sample in batch:
        sample.gt_sem_seg.data = (sample.gt_sem_seg.data > 0.5).long()
    losses = head.loss((torch.randn(2, 16, 8, 8),), batch, None)
    assert torch.isfinite(losses['loss_ce'])


def test_official_decoder_of_another_width_is_refused(checkpoint):
    head = toy.head_config(mlp_dim=64)
    with pytest.raises(ValueError, match=r'mask_decoder.*mlp.*set channels, depth and mlp_dim'):
        toy.build(toy.segmentor_config(checkpoint, head=head)).init_weights()


def test_three_channels_are_refused():
    with pytest.raises(ValueError, match='out_channels must be 1 or 2, got 3'):
        toy.build(toy.head_config(out_channels=3, num_classes=3))
