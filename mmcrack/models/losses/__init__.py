"""Losses."""

from mmcrack.models.losses.mae_loss import MAELoss
from mmcrack.models.losses.soft_bce_loss import SoftBCELoss
from mmcrack.models.losses.soft_dice_loss import SoftDiceLoss
from mmcrack.models.losses.soft_focal_loss import SoftFocalLoss
from mmcrack.models.losses.soft_mse_loss import SoftMSELoss

__all__ = ['MAELoss', 'SoftBCELoss', 'SoftDiceLoss', 'SoftFocalLoss', 'SoftMSELoss']
