"""Matrix products on tiny maps equal the convolutions they stand for."""

import pytest
import torch
from torch import nn

from mmcrack.models.layers.small_map_conv import SmallMapConv2d, with_small_map_convolutions


@pytest.mark.parametrize('size', [(1, 1), (2, 2), (1, 3), (4, 1), (3, 3)])
@pytest.mark.parametrize(
    'options',
    [
        dict(kernel_size=3, padding=1),
        dict(kernel_size=3, padding=1, stride=2, bias=False),
        dict(kernel_size=3, padding=2, dilation=2, groups=2),
        dict(kernel_size=1, stride=2),
        dict(kernel_size=5, padding=2, padding_mode='replicate'),
    ],
)
def test_equals_the_convolution(size, options):
    torch.manual_seed(0)
    conv = nn.Conv2d(4, 6, **options).requires_grad_(False)
    quick = SmallMapConv2d(conv)
    for count in (3, 5):  # the second time from the matrix that was kept
        inputs = torch.randn(count, 4, *size)
        torch.testing.assert_close(quick(inputs), conv(inputs))
        inputs = inputs.contiguous(memory_format=torch.channels_last)
        torch.testing.assert_close(quick(inputs), conv(inputs))


def test_modules_are_exchanged_below_any_depth():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Sequential(nn.Conv2d(4, 4, 3, padding=1)))
    inputs = torch.randn(2, 3, 4, 4)
    expected = model(inputs).detach()
    assert with_small_map_convolutions(model) is model
    assert sum(isinstance(m, SmallMapConv2d) for m in model.modules()) == 2
    torch.testing.assert_close(model(inputs).detach(), expected)
