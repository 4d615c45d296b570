"""Data sets of crack photographs, crack patches and synthetic cracks."""

from mmcrack.datasets.ael import AELDataset
from mmcrack.datasets.bridge2025 import Bridge2025Dataset
from mmcrack.datasets.cfd import CFDDataset
from mmcrack.datasets.crack500 import Crack500Dataset
from mmcrack.datasets.crack_dataset import CrackDataset
from mmcrack.datasets.crack_free_patches import CrackFreePatchDataset
from mmcrack.datasets.crack_patches import CrackPatchDataset
from mmcrack.datasets.deepcrack import DeepCrackDataset
from mmcrack.datasets.fractal import FractalCrackDataset

__all__ = [
    'AELDataset',
    'Bridge2025Dataset',
    'CFDDataset',
    'Crack500Dataset',
    'CrackDataset',
    'CrackFreePatchDataset',
    'CrackPatchDataset',
    'DeepCrackDataset',
    'FractalCrackDataset',
]
