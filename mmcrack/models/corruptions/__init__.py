"""What is hidden of an image from a network that restores it."""

from mmcrack.models.corruptions.corruption import Corruption
from mmcrack.models.corruptions.disjoint_cell_masks import DisjointCellMasks
from mmcrack.models.corruptions.random_square_masks import RandomSquareMasks

__all__ = ['Corruption', 'DisjointCellMasks', 'RandomSquareMasks']
