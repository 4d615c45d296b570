"""Max-pooling that remembers where its maxima were (SegNet, Badrinarayanan et al., TPAMI 2017)."""

from typing import NamedTuple

from torch import Tensor
from torch.nn import functional as F


class PoolingPlaces(NamedTuple):
    """Where a max-pooling found its maxima.

    Attributes:
        indices: Flat index of each maximum in its map, (N, C, h, w).
        kernel: Side of the pooling windows, also their distance.
        size: Height and width before pooling.
    """

    indices: Tensor
    kernel: int
    size: tuple[int, int]


def max_pool_to(x: Tensor, size: tuple[int, int]) -> tuple[Tensor, PoolingPlaces]:
    """Max-pool (N, C, H, W) to a size that a backbone's next level has.

    Raises:
        ValueError: No whole stride leads from H×W to ``size``.
    """
    height, width = x.shape[2:]
    kernel = max(1, round(height / size[0]))
    ceil_mode = size[0] > height // kernel or size[1] > width // kernel
    rounded = [-(-side // kernel) if ceil_mode else side // kernel for side in (height, width)]
    if tuple(rounded) != tuple(size):
        raise ValueError(
            f'no pooling leads from a level of {height}×{width} to one of {size[0]}×{size[1]}; '
            "take levels whose strides are multiples of each other's, and pad the images "
            '(data_preprocessor.size_divisor)'
        )
    pooled, indices = F.max_pool2d(x, kernel, ceil_mode=ceil_mode, return_indices=True)
    return pooled, PoolingPlaces(indices, kernel, (height, width))


def max_unpool(x: Tensor, places: PoolingPlaces) -> Tensor:
    """Put (N, C, h, w) where the maxima were, zeros elsewhere: (N, C, H, W)."""
    return F.max_unpool2d(x, places.indices, places.kernel, output_size=places.size)
