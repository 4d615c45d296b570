"""The masks of UP-CrackNet: squares of several sizes, half of the image."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from mmcrack.datasets.transforms.corruption import removed_blocks
from mmcrack.models.corruptions.corruption import Corruption
from mmcrack.registry import MODELS


@MODELS.register_module()
class RandomSquareMasks(Corruption):
    """Hides squares of a random size in each training image, and nothing when predicting.

    Source: Ma et al., UP-CrackNet, IEEE Transactions on Intelligent Transportation Systems 2024,
    "multi-scale square masks". The published code draws one of six for a crop of 256×256:
    checkerboards of squares of 128, 64 or 32 pixels, in either polarity.

    Args:
        sizes: Sides of the squares, pixels.
        arrangement: ``'checkerboard'``, or ``'random'`` for squares drawn as
            :class:`~mmcrack.datasets.transforms.RandomBlockCorruption` draws them.
        ratio: Share of the squares to hide, for ``'random'``.

    Raises:
        ValueError: an argument is out of range.
    """

    def __init__(
        self,
        sizes: Sequence[int] = (32, 64, 128),
        arrangement: Literal['checkerboard', 'random'] = 'checkerboard',
        ratio: float = 0.5,
    ) -> None:
        super().__init__()
        if not sizes or min(sizes) < 1:
            raise ValueError(f'RandomSquareMasks: sizes={sizes} must be pixels from 1')
        if arrangement not in ('checkerboard', 'random'):
            raise ValueError(
                f"RandomSquareMasks: arrangement={arrangement!r} must be 'checkerboard' or 'random'"
            )
        if not 0 <= ratio <= 1:
            raise ValueError(f'RandomSquareMasks: ratio={ratio} must lie in [0, 1]')
        self.sizes = tuple(sizes)
        self.arrangement = arrangement
        self.ratio = ratio

    def forward(self, images: Tensor) -> Tensor:
        """A mask for each image, (N, 1, H, W)."""
        shape = tuple(images.shape[2:])
        masks = np.stack([self._mask(shape) for _ in images])
        return torch.from_numpy(masks)[:, None].to(images.device)

    def _mask(self, shape: tuple[int, int]) -> np.ndarray:
        size = self.sizes[int(torch.randint(len(self.sizes), ()))]
        seed = int(torch.randint(2**31, ()))
        if self.arrangement == 'random':
            return removed_blocks(shape, size, self.ratio, np.random.default_rng(seed))
        rows, columns = (np.arange(length) // size for length in shape)
        return (rows[:, None] + columns + seed) % 2 == 0
