"""Backbones."""

from mmcrack.models.backbones.sam_vit import SAMViT
from mmcrack.models.backbones.vq_encoder import VQEncoder

__all__ = ['SAMViT', 'VQEncoder']
