"""Decode heads."""

from mmcrack.models.decode_heads.sam_mask_head import SAMMaskHead
from mmcrack.models.decode_heads.vqvae_restorer_head import VQVAERestorerHead

__all__ = ['SAMMaskHead', 'VQVAERestorerHead']
