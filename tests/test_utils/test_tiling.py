"""Tiled application equals the whole where the function is local."""

import pytest
import torch
import torch.nn.functional as F

from mmcrack.utils.tiling import apply_tiled


@pytest.mark.parametrize('shape', [(20, 30), (64, 64), (65, 130), (200, 31)])
def test_pointwise_function_is_exact(shape):
    image = torch.rand(1, 2, *shape)
    tiled = apply_tiled(lambda x: x * 2, image, tile=32, overlap=8, divisor=4)
    torch.testing.assert_close(tiled, image * 2)


def test_border_effects_of_tiles_are_blended_away():
    image = torch.rand(1, 1, 100, 100)

    def blur(x):
        return F.avg_pool2d(x, 5, stride=1, padding=2)

    tiled = apply_tiled(blur, image, tile=48, overlap=32)
    unblended = apply_tiled(blur, image, tile=48, overlap=0)
    worst = (tiled - blur(image)).abs().max()
    assert worst < (unblended - blur(image)).abs().max() / 5


def test_never_gives_the_function_more_than_a_tile():
    sizes = []

    def record(x):
        sizes.append(x.shape[-2:])
        return x

    apply_tiled(record, torch.rand(1, 1, 100, 70), tile=32, overlap=16, divisor=16)
    assert max(max(size) for size in sizes) <= 32
    assert all(side % 16 == 0 for size in sizes for side in size)


@pytest.mark.parametrize('wrong', [{'tile': 30, 'overlap': 0}, {'tile': 32, 'overlap': 32}])
def test_tile_and_overlap_must_fit(wrong):
    with pytest.raises(ValueError, match='multiples of 16'):
        apply_tiled(lambda x: x, torch.rand(1, 1, 8, 8), divisor=16, **wrong)
