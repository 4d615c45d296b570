"""Decode heads."""

from mmcrack.models.decode_heads.vqvae_restorer_head import VQVAERestorerHead

__all__ = ['VQVAERestorerHead']
