"""Block corruption of crack masks (CoGenSAM, stage II)."""

from collections.abc import Sequence

import numpy as np
from mmcv.transforms import BaseTransform

from mmcrack.registry import TRANSFORMS


def block_corruption(
    img: np.ndarray, block_size: int, ratio: float, rng: np.random.Generator
) -> np.ndarray:
    """Remove random blocks of an image: X_cor = X_ori * M.

    The image is cut into a grid of square blocks from its top left corner; blocks at the right
    and bottom border may be partial and count as whole ones. Of n blocks exactly ⌊n·ratio⌋ are
    set to 0, so an odd number of blocks keeps one more than it loses.

    Args:
        img: H×W or H×W×C, any dtype.
        block_size: Side of a block, pixels.
        ratio: Share of blocks to remove, in [0, 1].
        rng: Source of the choice.

    Returns:
        A corrupted copy.
    """
    removed = removed_blocks(img.shape[:2], block_size, ratio, rng)
    keep = ~removed.reshape(*removed.shape, *[1] * (img.ndim - 2))
    return img * keep.astype(img.dtype)


def removed_blocks(
    shape: tuple[int, int], block_size: int, ratio: float, rng: np.random.Generator
) -> np.ndarray:
    """Where :func:`block_corruption` removes, bool H×W.

    Args:
        shape: (H, W), pixels.
        block_size: Side of a block, pixels.
        ratio: Share of blocks to remove, in [0, 1].
        rng: Source of the choice.
    """
    height, width = shape
    rows, cols = -(-height // block_size), -(-width // block_size)
    removed = np.zeros(rows * cols, dtype=bool)
    removed[rng.permutation(removed.size)[: int(removed.size * ratio)]] = True
    grid = removed.reshape(rows, cols).repeat(block_size, 0).repeat(block_size, 1)
    return grid[:height, :width]


@TRANSFORMS.register_module()
class RandomBlockCorruption(BaseTransform):
    """Remove half of the blocks of ``results['img']``; the label stays whole.

    Each image gets one block size of ``block_sizes`` (CoGenSAM, stage II). Draws come from
    NumPy's global state, as those of MMCV's transforms do, so the Runner's seed and its worker
    seeds govern them.

    Required and modified key: ``img``.

    Args:
        block_sizes: Sides to draw from, pixels.
        ratio: Share of blocks to remove.

    Raises:
        ValueError: If a block size is below 1 or the ratio outside [0, 1].
    """

    def __init__(
        self, block_sizes: Sequence[int] = (8, 16, 32, 48, 96), ratio: float = 0.5
    ) -> None:
        if not block_sizes or any(size < 1 for size in block_sizes):
            raise ValueError(f'block_sizes must be positive pixel counts, got {block_sizes}')
        if not 0 <= ratio <= 1:
            raise ValueError(f'ratio must be in [0, 1], got {ratio}')
        self.block_sizes = tuple(block_sizes)
        self.ratio = ratio

    def transform(self, results: dict) -> dict:
        """Corrupt ``results['img']``."""
        rng = np.random.default_rng(np.random.randint(2**31))  # noqa: NPY002
        block_size = self.block_sizes[rng.integers(len(self.block_sizes))]
        results['img'] = block_corruption(results['img'], block_size, self.ratio, rng)
        return results

    def __repr__(self) -> str:
        """Return the class name with its settings."""
        return f'{type(self).__name__}(block_sizes={self.block_sizes}, ratio={self.ratio})'
