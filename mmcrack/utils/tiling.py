"""Runs a fully convolutional function over images too large for it, by blended tiles."""

from collections.abc import Callable, Iterator

import torch
import torch.nn.functional as F
from torch import Tensor


def apply_tiled(
    function: Callable[[Tensor], Tensor],
    image: Tensor,
    *,
    tile: int,
    overlap: int,
    divisor: int = 1,
) -> Tensor:
    """Apply ``function`` to an image whole where it fits into a tile, else tile by tile.

    The image is padded at the right and the bottom (edge pixels repeated) to a multiple of
    ``divisor``. Tiles overlap and are blended with weights that fall linearly to the tile's
    border, so no seam shows.

    Args:
        function: (1, C, h, w) to (1, K, h, w), for any h and w that ``divisor`` divides.
        image: (1, C, H, W).
        tile: Largest height and width that ``function`` is given, a multiple of ``divisor``.
        overlap: Pixels that neighbouring tiles share, below ``tile``.
        divisor: What heights and widths must be a multiple of.

    Returns:
        (1, K, H, W).

    Raises:
        ValueError: ``tile`` and ``overlap`` do not fit each other or ``divisor``.
    """
    if tile % divisor or not 0 <= overlap < tile or overlap % divisor:
        raise ValueError(
            f'tile={tile} and overlap={overlap} must be multiples of {divisor}, '
            'and the overlap below the tile'
        )
    height, width = image.shape[-2:]
    padded = F.pad(image, (0, -width % divisor, 0, -height % divisor), mode='replicate')
    if max(padded.shape[-2:]) <= tile:
        return function(padded)[..., :height, :width]
    return _blend(function, padded, tile, overlap)[..., :height, :width]


def _blend(function: Callable[[Tensor], Tensor], image: Tensor, tile: int, overlap: int) -> Tensor:
    total: Tensor | None = None
    weights = image.new_zeros(1, 1, *image.shape[-2:])
    for rows, columns in _windows(image.shape[-2], image.shape[-1], tile, overlap):
        part = function(image[..., rows, columns])
        if total is None:
            total = part.new_zeros(1, part.shape[1], *image.shape[-2:])
        weight = _ramp(part.shape[-2], overlap, part)[:, None] * _ramp(
            part.shape[-1], overlap, part
        )
        total[..., rows, columns] += weight * part
        weights[..., rows, columns] += weight
    return total / weights


def _windows(height: int, width: int, tile: int, overlap: int) -> Iterator[tuple[slice, slice]]:
    for top in _starts(height, tile, overlap):
        for left in _starts(width, tile, overlap):
            yield slice(top, min(top + tile, height)), slice(left, min(left + tile, width))


def _starts(length: int, tile: int, overlap: int) -> list[int]:
    """Starts of tiles that cover ``length``; the last one ends with the image."""
    last = max(length - tile, 0)
    return [*range(0, last, tile - overlap), last]


def _ramp(length: int, overlap: int, like: Tensor) -> Tensor:
    """Weights that rise from a tile's border over the overlap and are 1 inside."""
    distance = torch.arange(1, length + 1, device=like.device, dtype=like.dtype)
    return torch.minimum(distance, distance.flip(0)).clamp(max=overlap + 1) / (overlap + 1)
