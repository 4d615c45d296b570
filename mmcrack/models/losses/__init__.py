"""Losses."""

from mmcrack.models.losses.center_loss import CenterLoss
from mmcrack.models.losses.edge_loss import EdgeLoss
from mmcrack.models.losses.gm_loss import GMLoss
from mmcrack.models.losses.gradient_similarity_loss import GradientSimilarityLoss
from mmcrack.models.losses.igmsda_loss import IGMSDALoss
from mmcrack.models.losses.isda_loss import ISDALoss
from mmcrack.models.losses.mae_loss import MAELoss
from mmcrack.models.losses.restored_pixels_loss import RestoredPixelsLoss
from mmcrack.models.losses.sampled_gm_loss import SampledGMLoss
from mmcrack.models.losses.soft_bce_loss import SoftBCELoss
from mmcrack.models.losses.soft_dice_loss import SoftDiceLoss
from mmcrack.models.losses.soft_focal_loss import SoftFocalLoss
from mmcrack.models.losses.soft_gce_loss import SoftGCELoss
from mmcrack.models.losses.soft_mse_loss import SoftMSELoss
from mmcrack.models.losses.soft_sce_loss import SoftSCELoss
from mmcrack.models.losses.ssim_loss import SSIMLoss
from mmcrack.models.losses.style_loss import StyleLoss

__all__ = [
    'CenterLoss',
    'EdgeLoss',
    'GMLoss',
    'GradientSimilarityLoss',
    'IGMSDALoss',
    'ISDALoss',
    'MAELoss',
    'RestoredPixelsLoss',
    'SSIMLoss',
    'SampledGMLoss',
    'SoftBCELoss',
    'SoftDiceLoss',
    'SoftFocalLoss',
    'SoftGCELoss',
    'SoftMSELoss',
    'SoftSCELoss',
    'StyleLoss',
]
