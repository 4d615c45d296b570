"""The masks of RIAD: random sets of cells that together are the whole image."""

from collections.abc import Sequence

import torch
from torch import Tensor

from mmcrack.models.corruptions.corruption import Corruption
from mmcrack.registry import MODELS


@MODELS.register_module()
class DisjointCellMasks(Corruption):
    """Deals the cells of a grid out to sets, each of which is hidden once (RIAD).

    Source: Zavrtanik et al., Reconstruction by inpainting for visual anomaly detection, Pattern
    Recognition 2021: k×k pixels a cell, k of {2, 4, 8, 16}, n = 3 sets. A training step has one
    cell size, drawn evenly; a prediction goes through all of them.

    Args:
        cell_sizes: Sides of the cells, pixels. Cells at the right and bottom border may be partial.
        sets: Number of sets n. They differ by at most one cell.
        seed: Of the masks for prediction.

    Raises:
        ValueError: a size is below 1, or there are fewer than 2 sets.
    """

    def __init__(
        self, cell_sizes: Sequence[int] = (2, 4, 8, 16), sets: int = 3, seed: int = 0
    ) -> None:
        super().__init__()
        if not cell_sizes or min(cell_sizes) < 1:
            raise ValueError(f'DisjointCellMasks: cell_sizes={cell_sizes} must be pixels from 1')
        if sets < 2:
            raise ValueError(f'DisjointCellMasks: sets={sets} would hide the whole image; from 2')
        self.cell_sizes = tuple(cell_sizes)
        self.sets = sets
        self.seed = seed

    def forward(self, images: Tensor) -> Tensor:
        """Masks of one cell size, the same for all images, (N, sets, H, W)."""
        chosen = int(torch.randint(len(self.cell_sizes), ()))
        return self._masks(images, self.cell_sizes[chosen])

    def rounds(self, images: Tensor) -> list[Tensor]:
        """Masks of each cell size."""
        generator = torch.Generator().manual_seed(self.seed)
        return [self._masks(images, size, generator) for size in self.cell_sizes]

    def _masks(
        self, images: Tensor, cell_size: int, generator: torch.Generator | None = None
    ) -> Tensor:
        count, _, height, width = images.shape
        shape = (-(-height // cell_size), -(-width // cell_size))
        order = torch.randperm(shape[0] * shape[1], generator=generator)
        cells = (order % self.sets).view(shape).to(images.device)
        owner = cells.repeat_interleave(cell_size, 0).repeat_interleave(cell_size, 1)
        owner = owner[:height, :width]
        sets = torch.arange(self.sets, device=images.device)[:, None, None]
        return (owner == sets).expand(count, -1, -1, -1)
