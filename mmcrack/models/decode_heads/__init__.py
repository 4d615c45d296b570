"""Decode heads."""

from mmcrack.models.decode_heads.clip_adapter_head import CLIPAdapterHead
from mmcrack.models.decode_heads.deepcrack_fusion_head import DeepCrackFusionHead
from mmcrack.models.decode_heads.deepcrack_head import DeepCrackHead
from mmcrack.models.decode_heads.oed_head import OEDHead
from mmcrack.models.decode_heads.patch_vqvae_head import PatchVQVAEHead
from mmcrack.models.decode_heads.restoration_head import RestorationHead
from mmcrack.models.decode_heads.sam_mask_head import SAMMaskHead
from mmcrack.models.decode_heads.vqvae_restorer_head import VQVAERestorerHead

__all__ = [
    'CLIPAdapterHead',
    'DeepCrackFusionHead',
    'DeepCrackHead',
    'OEDHead',
    'PatchVQVAEHead',
    'RestorationHead',
    'SAMMaskHead',
    'VQVAERestorerHead',
]
