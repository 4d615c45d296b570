"""Runs a local function over images too large for it, by blended tiles."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor


class Span(NamedTuple):
    """One tile along one axis, and how much each of its pixels counts."""

    start: int
    stop: int
    weight: Tensor  # float32, stop − start; those of all spans sum to 1 at every pixel

    @property
    def slice(self) -> slice:
        """The pixels."""
        return slice(self.start, self.stop)


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
    check_tiles(tile, overlap, divisor)
    height, width = image.shape[-2:]
    padded = F.pad(image, (0, -width % divisor, 0, -height % divisor), mode='replicate')
    if max(padded.shape[-2:]) <= tile:
        return function(padded)[..., :height, :width]
    strips = tiled_strips(
        lambda rows, columns: function(padded[..., rows, columns]),
        padded.shape[-2:],
        tile=tile,
        overlap=overlap,
        divisor=divisor,
    )
    return torch.cat([strip for _, strip in strips], dim=-2)[..., :height, :width]


def tiled_strips(
    function: Callable[[slice, slice], Tensor],
    size: Sequence[int],
    *,
    tile: int,
    overlap: int,
    divisor: int = 1,
    margin: int = 0,
) -> Iterator[tuple[int, Tensor]]:
    """Apply ``function`` to overlapping windows, and yield the blended result from top to bottom.

    No more than one row of tiles is in memory. Where the function's value at a pixel depends on
    pixels up to ``margin`` away, and on positions modulo ``divisor``, the result is that of the
    whole image: what a tile computes within ``margin`` of its border counts nothing, unless that
    border is the image's.

    Args:
        function: Rows and columns of a window to its values, (…, h, w).
        size: Height and width of the image.
        tile: Height and width of the windows; those at the lower and right border may be smaller.
        overlap: Pixels that neighbouring windows share, more than twice ``margin``.
        divisor: Windows start at multiples of it.
        margin: Width of the border of a window that counts nothing.

    Yields:
        The row that a strip begins at, and the strip, (…, h, W).

    Raises:
        ValueError: ``tile``, ``overlap``, ``divisor`` and ``margin`` do not fit each other.
    """
    check_tiles(tile, overlap, divisor, margin)
    rows, columns = (tile_spans(n, tile, overlap, divisor, margin) for n in size)
    total: Tensor | None = None
    for row, start_of_next in zip(rows, [*(r.start for r in rows[1:]), size[0]], strict=True):
        for column in columns:
            part = function(row.slice, column.slice)
            weight = (row.weight[:, None] * column.weight).to(part)
            if total is None:
                total = part.new_zeros(*part.shape[:-2], min(tile, size[0]), size[1])
            total[..., : row.stop - row.start, column.slice] += weight * part
        ready = start_of_next - row.start
        yield row.start, total[..., :ready, :].clone()
        total = torch.cat([total[..., ready:, :], torch.zeros_like(total[..., :ready, :])], -2)


def check_tiles(tile: int, overlap: int, divisor: int = 1, margin: int = 0) -> None:
    """Raise ValueError where tiles, overlap, divisor and margin do not fit each other."""
    if tile % divisor or not 0 <= overlap < tile or overlap % divisor:
        raise ValueError(
            f'tile={tile} and overlap={overlap} must be multiples of {divisor}, '
            'and the overlap below the tile'
        )
    if margin and 2 * margin >= overlap:
        raise ValueError(f'overlap={overlap} must be more than twice margin={margin}')


def tile_spans(
    length: int, tile: int, overlap: int, divisor: int = 1, margin: int = 0
) -> list[Span]:
    """Tiles along one axis, as for :func:`tiled_strips`; the last one ends with the image.

    Weights are 0 in the margin, rise linearly over what is left of the overlap, and are 1 inside
    and at the image's own borders.
    """
    last = -(-max(length - tile, 0) // divisor) * divisor
    starts = [*range(0, last, tile - overlap), last]
    stops = [min(start + tile, length) for start in starts]
    raw = [
        _ramp(stop - start, overlap, margin, start > 0, stop < length)
        for start, stop in zip(starts, stops, strict=True)
    ]
    total = torch.zeros(length)
    for start, stop, weight in zip(starts, stops, raw, strict=True):
        total[start:stop] += weight
    return [
        Span(start, stop, weight / total[start:stop])
        for start, stop, weight in zip(starts, stops, raw, strict=True)
    ]


def _ramp(length: int, overlap: int, margin: int, rises: bool, falls: bool) -> Tensor:
    steps = torch.arange(1, length + 1, dtype=torch.float32)
    ramp = ((steps - margin) / (overlap + 1 - 2 * margin)).clamp(0, 1)
    ones = torch.ones(length)
    return torch.minimum(ramp if rises else ones, ramp.flip(0) if falls else ones)
