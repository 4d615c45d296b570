import numpy as np
import pytest
import torch
from mmengine.registry import MODELS, DefaultScope

from mmcrack.models.backbones.with_local_intensity_order import local_intensity_order

UNET = dict(
    type='UNet',
    in_channels=4,
    base_channels=4,
    num_stages=2,
    strides=(1, 1),
    enc_num_convs=(1, 1),
    dec_num_convs=(1,),
    downsamples=(True,),
    enc_dilations=(1, 1),
    dec_dilations=(1,),
    norm_cfg=dict(type='BN'),
)
RIGHT, LEFT, DOWN, UP = range(4)


def build(**options):
    config = dict(type='mmcrack.WithLocalIntensityOrder', backbone=UNET, **options)
    with DefaultScope.overwrite_default_scope('mmseg'):
        return MODELS.build(config)


def gray(*size, seed=0):
    return torch.randint(0, 256, size, generator=torch.Generator().manual_seed(seed)).float()


def plain_loop(image, margin):
    """Codes of one gray image, a pixel and a neighbour at a time."""
    height, width = image.shape
    wide = np.pad(image, 8, mode='reflect')
    codes = np.zeros((4, height, width))
    steps = {RIGHT: (0, 1), LEFT: (0, -1), DOWN: (1, 0), UP: (-1, 0)}
    for direction, (down, right) in steps.items():
        for y, x in np.ndindex(height, width):
            bits = ''
            for distance in range(1, 9):
                neighbour = wide[y + 8 + down * distance, x + 8 + right * distance]
                bits += '1' if image[y, x] - neighbour > margin else '0'
            codes[direction, y, x] = int(bits, 2) / 255
    return codes


@pytest.mark.parametrize('margin', [0, 20])
def test_codes_are_those_of_a_plain_loop(margin):
    images = gray(2, 1, 13, 18)
    found = local_intensity_order(images, margin=margin)
    assert found.shape == (2, 4, 13, 18)
    for image, codes in zip(images, found, strict=True):
        np.testing.assert_allclose(codes.numpy(), plain_loop(image[0].numpy(), margin), atol=1e-6)


def test_a_dark_line_is_seen_from_both_sides():
    image = torch.full((1, 1, 20, 20), 100.0)
    image[..., 10] = 30
    codes = local_intensity_order(image)[0, :, 5]
    assert codes[RIGHT, 9] == pytest.approx(128 / 255)  # its next neighbour is darker
    assert codes[RIGHT, 7] == pytest.approx(32 / 255)
    assert codes[LEFT, 11] == pytest.approx(128 / 255)
    assert not codes[:, 10].any()  # nothing is darker than the line
    assert not codes[[DOWN, UP]].any()


def test_any_rising_gray_curve_leaves_the_codes():
    image = gray(1, 1, 16, 16) / 255
    torch.testing.assert_close(
        local_intensity_order(image**3 + 2), local_intensity_order(image), rtol=0, atol=0
    )


def test_turning_the_image_exchanges_the_directions():
    image = gray(1, 1, 12, 16)
    codes = local_intensity_order(image)
    mirrored = local_intensity_order(image.flip(3)).flip(3)
    torch.testing.assert_close(mirrored, codes[:, [LEFT, RIGHT, DOWN, UP]], rtol=0, atol=0)
    transposed = local_intensity_order(image.mT).mT
    torch.testing.assert_close(transposed, codes[:, [DOWN, UP, RIGHT, LEFT]], rtol=0, atol=0)


def test_backbone_gets_the_codes_of_the_mean_channel(monkeypatch):
    wrapped = build()
    seen = []
    monkeypatch.setattr(wrapped.backbone, 'forward', lambda x: seen.append(x) or (x,))
    image = gray(2, 3, 16, 24) / 60
    wrapped(image)
    expected = local_intensity_order(image.mean(1, keepdim=True), margin=1e-3)
    torch.testing.assert_close(seen[0], expected)


def test_it_trains():
    wrapped = build()
    levels = wrapped(gray(2, 3, 16, 24))
    assert levels[-1].shape == (2, 4, 16, 24)
    levels[-1].sum().backward()
    assert all(parameter.grad is not None for parameter in wrapped.parameters())


def test_small_images_and_margins_are_refused():
    with pytest.raises(ValueError, match='8×20 pixels'):
        local_intensity_order(torch.zeros(1, 1, 8, 20))
    with pytest.raises(ValueError, match='margin=-1'):
        build(margin=-1)
