"""Transforms that load, corrupt and pack crack images and labels."""

from mmcrack.datasets.transforms.corruption import RandomBlockCorruption
from mmcrack.datasets.transforms.distractors import AddDistractors
from mmcrack.datasets.transforms.flip_rotate90 import RandomFlipRotate90
from mmcrack.datasets.transforms.flip_rotate90_view import FlipRotate90View
from mmcrack.datasets.transforms.formatting import PackCrackInputs
from mmcrack.datasets.transforms.fourier import FourierAmplitudeExchange
from mmcrack.datasets.transforms.hard_labels import HardenLabels
from mmcrack.datasets.transforms.loading import LoadCrackAnnotations
from mmcrack.datasets.transforms.noise import RandomGaussianNoise, RandomMultiplicativeNoise
from mmcrack.datasets.transforms.synthetic_crack import AddSyntheticCrack
from mmcrack.datasets.transforms.uncertain_labels import IgnoreUncertain
from mmcrack.datasets.transforms.without_label import WithoutLabel

__all__ = [
    'AddDistractors',
    'AddSyntheticCrack',
    'FlipRotate90View',
    'FourierAmplitudeExchange',
    'HardenLabels',
    'IgnoreUncertain',
    'LoadCrackAnnotations',
    'PackCrackInputs',
    'RandomBlockCorruption',
    'RandomFlipRotate90',
    'RandomGaussianNoise',
    'RandomMultiplicativeNoise',
    'WithoutLabel',
]
