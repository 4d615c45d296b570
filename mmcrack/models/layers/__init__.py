"""Layers that several backbones and heads share."""

from mmcrack.models.layers.strong_augmentation import StrongAugmentation

__all__ = ['StrongAugmentation']
