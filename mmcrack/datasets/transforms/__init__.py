"""Transforms that load, corrupt and pack crack images and labels."""

from mmcrack.datasets.transforms.corruption import RandomBlockCorruption
from mmcrack.datasets.transforms.flip_rotate90 import RandomFlipRotate90
from mmcrack.datasets.transforms.formatting import PackCrackInputs
from mmcrack.datasets.transforms.hard_labels import HardenLabels
from mmcrack.datasets.transforms.loading import LoadCrackAnnotations
from mmcrack.datasets.transforms.noise import RandomGaussianNoise, RandomMultiplicativeNoise

__all__ = [
    'HardenLabels',
    'LoadCrackAnnotations',
    'PackCrackInputs',
    'RandomBlockCorruption',
    'RandomFlipRotate90',
    'RandomGaussianNoise',
    'RandomMultiplicativeNoise',
]
