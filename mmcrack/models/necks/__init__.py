"""Necks."""

from mmcrack.models.necks.unet_decoder import UNetDecoder

__all__ = ['UNetDecoder']
