"""How far a network sees, measured on the network itself."""

from collections.abc import Callable

import numpy as np
import torch

_RING = 128
_FIRST_SIDE = 256
_TOLERANCE = 1e-4


def context_margin(
    predict: Callable[[np.ndarray], torch.Tensor], tile: int, divisor: int
) -> int | None:
    """How close to its border a tile's prediction may differ from the whole image's.

    A window is surrounded by a frame of NaN. Every operation of a network hands NaN on, whatever
    its weights are, so the pixels that come out as NaN are those that depend on what lies outside.
    Then the window alone is compared with the same window inside an image of noise: this finds
    what NaN does not, positions and sizes that count (position tables, sliding windows, aligned
    corners).

    Args:
        predict: H×W×3 float32 in [0, 255] to probabilities H×W.
        tile: Side of the tiles; windows of no more are tried.
        divisor: What the tiles begin at multiples of.

    Returns:
        Pixels; None where the network looks farther than half a tile, or at positions, so that no
        margin makes tiles exact.
    """
    side = min(tile, -(-_FIRST_SIDE // divisor) * divisor)
    while (margin := _margin_of_unknown(predict, side, divisor)) is None and side < tile:
        side = min(2 * side, tile)
    if margin is None or _worst_difference(predict, side, margin, divisor) > _TOLERANCE:
        return None
    return margin


def _noise(side: int, divisor: int) -> tuple[np.ndarray, slice]:
    """An image of noise, and where in it the window lies, rows and columns alike."""
    ring = -(-_RING // divisor) * divisor
    image = np.random.default_rng(0).uniform(0, 255, (side + 2 * ring, side + 2 * ring, 3))
    return image.astype(np.float32), slice(ring, ring + side)


def _margin_of_unknown(
    predict: Callable[[np.ndarray], torch.Tensor], side: int, divisor: int
) -> int | None:
    image, inside = _noise(side, divisor)
    framed = np.full_like(image, np.nan)
    framed[inside, inside] = image[inside, inside]
    with torch.backends.cudnn.flags(enabled=False):  # its transforms would spread the NaN
        return _border(~np.isnan(predict(framed)[inside, inside].numpy()))


def _worst_difference(
    predict: Callable[[np.ndarray], torch.Tensor], side: int, margin: int, divisor: int
) -> float:
    """Between the window by itself and in the image, away from its border."""
    image, inside = _noise(side, divisor)
    alone = predict(np.ascontiguousarray(image[inside, inside]))
    differences = (alone - predict(image)[inside, inside]).abs()
    return differences[margin : side - margin, margin : side - margin].max().item()


def _border(known: np.ndarray) -> int | None:
    """Width of the frame of unknown pixels; None where the middle is unknown too."""
    rows, columns = np.flatnonzero(known.any(1)), np.flatnonzero(known.any(0))
    if not len(rows) or not len(columns):
        return None
    side = len(known)
    margin = int(max(rows[0], columns[0], side - 1 - rows[-1], side - 1 - columns[-1]))
    core = known[margin : side - margin, margin : side - margin]
    return margin if core.all() else None
