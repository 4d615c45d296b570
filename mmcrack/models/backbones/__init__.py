"""Backbones."""

from mmcrack.models.backbones.vq_encoder import VQEncoder

__all__ = ['VQEncoder']
