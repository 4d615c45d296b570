"""Convolutions of maps of a few pixels, as matrix products."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

_MOST_PIXELS = 4


class SmallMapConv2d(nn.Conv2d):
    """A convolution for inference that is quicker where the map has up to 4 pixels.

    On such a map most taps of a 3×3 kernel lie in the zero padding, and what remains is a product
    with one matrix for the whole map, which is computed once for each size of map. The result is
    the convolution's up to rounding. For larger maps, 1×1 kernels and groups, which such a matrix
    would fill with zeros, it is the convolution.

    Args:
        conv: The convolution whose weights to use; these must not change any more.
    """

    def __init__(self, conv: nn.Conv2d) -> None:
        super().__init__(
            conv.in_channels,
            conv.out_channels,
            conv.kernel_size,
            conv.stride,
            conv.padding,
            conv.dilation,
            conv.groups,
            conv.bias is not None,
            conv.padding_mode,
        )
        self.weight, self.bias = conv.weight, conv.bias
        self._matrices: dict[torch.Size, tuple[Tensor, Tensor | None, torch.Size]] = {}

    def forward(self, inputs: Tensor) -> Tensor:
        """(N, C, h, w) to (N, C', h', w')."""
        size = inputs.shape[-2:]
        if size.numel() > _MOST_PIXELS or self.kernel_size == (1, 1) or self.groups > 1:
            return super().forward(inputs)
        if size not in self._matrices:
            self._matrices[size] = self._matrix(inputs)
        matrix, bias, out_size = self._matrices[size]
        flat = inputs.permute(0, 2, 3, 1).flatten(1)
        outputs = F.linear(flat, matrix, bias)
        return outputs.view(-1, *out_size, self.out_channels).permute(0, 3, 1, 2)

    def _matrix(self, inputs: Tensor) -> tuple[Tensor, Tensor | None, torch.Size]:
        """(h'·w'·C')×(h·w·C), the bias of each output, (h', w'); channels last throughout."""
        height, width = inputs.shape[-2:]
        values = self.in_channels * height * width
        units = torch.eye(values, dtype=inputs.dtype, device=inputs.device)
        units = units.view(-1, height, width, self.in_channels).permute(0, 3, 1, 2)
        responses = self._conv_forward(units, self.weight, None)
        out_size = responses.shape[-2:]
        matrix = responses.permute(0, 2, 3, 1).flatten(1).t().contiguous()
        bias = None if self.bias is None else self.bias.repeat(out_size.numel())
        return matrix, bias, out_size


def with_small_map_convolutions(module: nn.Module) -> nn.Module:
    """Exchange every convolution below a module, in place, for inference with fixed weights."""
    for name, child in module.named_children():
        if type(child) is nn.Conv2d and child.kernel_size != (1, 1):
            module._modules[name] = SmallMapConv2d(child)
        else:
            with_small_map_convolutions(child)
    return module
