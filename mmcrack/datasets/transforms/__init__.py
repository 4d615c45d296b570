"""Transforms that load, corrupt and pack crack images and labels."""

from mmcrack.datasets.transforms.corruption import RandomBlockCorruption
from mmcrack.datasets.transforms.formatting import PackCrackInputs
from mmcrack.datasets.transforms.hard_labels import HardenLabels
from mmcrack.datasets.transforms.loading import LoadCrackAnnotations

__all__ = ['HardenLabels', 'LoadCrackAnnotations', 'PackCrackInputs', 'RandomBlockCorruption']
