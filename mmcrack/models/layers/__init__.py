"""Layers that several backbones and heads share."""

from mmcrack.models.layers.expected_f1_threshold import ExpectedF1Threshold
from mmcrack.models.layers.patch_discriminator import PatchDiscriminator
from mmcrack.models.layers.pixel_contrast import PixelContrast
from mmcrack.models.layers.prediction_adversary import PredictionAdversary
from mmcrack.models.layers.strong_augmentation import StrongAugmentation

__all__ = [
    'ExpectedF1Threshold',
    'PatchDiscriminator',
    'PixelContrast',
    'PredictionAdversary',
    'StrongAugmentation',
]
