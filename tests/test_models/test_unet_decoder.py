import pytest
import torch
import torch.nn.functional as F
from mmengine.registry import MODELS, DefaultScope

RESNET = dict(
    type='mmpretrain.ResNet',
    depth=18,
    num_stages=2,
    strides=(1, 2),
    dilations=(1, 1),
    out_indices=(0, 1),
    base_channels=8,
    stem_channels=8,
)
STEM = dict(type='mmcrack.ConvStem', in_channels=3, channels=4)
JOINED = dict(type='mmcrack.JoinedLevels', backbones=[STEM, RESNET])


def decoder(**settings):
    defaults = dict(type='mmcrack.UNetDecoder', in_channels=[4, 8, 16], channels=[5, 6])
    return MODELS.build({**defaults, **settings})


@pytest.fixture
def levels():
    torch.manual_seed(0)
    sizes = {4: (17, 22), 8: (9, 11), 16: (5, 6)}  # odd sizes, as of images without padding
    return [torch.rand(2, channels, *size) for channels, size in sizes.items()]


def test_each_level_joins_the_enlarged_coarser_one(levels):
    neck = decoder(num_convs=1).eval()
    fine, middle = neck(levels)
    assert fine.shape == (2, 5, 17, 22)
    assert middle.shape == (2, 6, 9, 11)

    def expected(skip, coarse, block):
        coarse = F.interpolate(coarse, skip.shape[2:], mode='bilinear', align_corners=False)
        joined = F.conv2d(torch.cat([skip, coarse], 1), block[0].conv.weight, padding=1)
        return torch.relu(joined / (1 + block[0].norm.eps) ** 0.5)  # statistics are 0 and 1 yet

    torch.testing.assert_close(middle, expected(levels[1], levels[2], neck.up[1]))
    torch.testing.assert_close(fine, expected(levels[0], middle, neck.up[0]))


def test_every_weight_learns(levels):
    neck = decoder()
    neck(levels)[0].square().mean().backward()
    assert all(parameter.grad.abs().max() > 0 for parameter in neck.parameters())


@pytest.mark.parametrize(('wrong', 'message'), [(dict(channels=[5]), 'one fewer'), (
    dict(in_channels=[4], channels=[]), 'two or more')])  # fmt: skip
def test_levels_and_channels_have_to_fit(wrong, message):
    with pytest.raises(ValueError, match=message):
        decoder(**wrong)


def test_a_backbone_with_other_levels_is_refused(levels):
    with pytest.raises(ValueError, match='made for 3 levels, the backbone has 2'):
        decoder()(levels[:2])


def test_joined_levels_are_those_of_each_backbone():
    with DefaultScope.overwrite_default_scope('mmseg'):
        joined = MODELS.build(JOINED).eval()
    image = torch.rand(1, 3, 32, 48)
    found = joined(image)
    expected = [*joined.backbones[0](image), *joined.backbones[1](image)]
    assert [level.shape[1:] for level in found] == [(4, 32, 48), (8, 8, 12), (16, 4, 6)]
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one, other)


def test_joined_backbones_load_their_own_weights(tmp_path):
    with DefaultScope.overwrite_default_scope('mmseg'):
        saved = MODELS.build(RESNET)
        torch.save({'state_dict': saved.state_dict()}, tmp_path / 'resnet.pth')
        init = dict(type='Pretrained', checkpoint=str(tmp_path / 'resnet.pth'))
        joined = MODELS.build({**JOINED, 'backbones': [STEM, {**RESNET, 'init_cfg': init}]})
        joined.init_weights()
    for name, tensor in saved.state_dict().items():
        torch.testing.assert_close(joined.backbones[1].state_dict()[name], tensor)


def test_one_backbone_is_not_joined():
    with pytest.raises(ValueError, match='two or more'):
        MODELS.build({**JOINED, 'backbones': [STEM]})


def test_a_pretrained_backbone_finds_cracks_at_full_size():
    segmentor = dict(
        type='EncoderDecoder',
        backbone=JOINED,
        neck=dict(type='mmcrack.UNetDecoder', in_channels=[4, 8, 16], channels=[4, 8]),
        decode_head=dict(
            type='FCNHead', in_channels=4, in_index=0, channels=4, num_convs=0,
            concat_input=False, num_classes=2, out_channels=1, threshold=0.5, ignore_index=-1,
            loss_decode=dict(type='mmcrack.SoftBCELoss'),
        ),
        test_cfg=dict(mode='whole'),
    )  # fmt: skip
    with DefaultScope.overwrite_default_scope('mmseg'):
        model = MODELS.build(segmentor)
    image = torch.zeros(1, 3, 32, 32)
    image[..., 16] = -1  # a crack of one pixel
    label = (image[:, :1] < 0).float()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for _ in range(60):
        logits = model(image, mode='tensor')
        loss = F.binary_cross_entropy_with_logits(logits, label)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert logits.shape == label.shape
    torch.testing.assert_close((logits > 0).float(), label)
