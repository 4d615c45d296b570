"""Backbones."""

from mmcrack.models.backbones.conv_stem import ConvStem
from mmcrack.models.backbones.joined_levels import JoinedLevels
from mmcrack.models.backbones.open_clip_visual import OpenCLIPVisual
from mmcrack.models.backbones.pre_pool_vgg import PrePoolVGG
from mmcrack.models.backbones.resnet_6n2 import ResNet6n2
from mmcrack.models.backbones.sam_vit import SAMViT
from mmcrack.models.backbones.strided_unet import StridedUNet
from mmcrack.models.backbones.vq_encoder import VQEncoder
from mmcrack.models.backbones.with_image import WithImage
from mmcrack.models.backbones.with_local_contrast import WithLocalContrast
from mmcrack.models.backbones.with_local_intensity_order import WithLocalIntensityOrder

__all__ = [
    'ConvStem',
    'JoinedLevels',
    'OpenCLIPVisual',
    'PrePoolVGG',
    'ResNet6n2',
    'SAMViT',
    'StridedUNet',
    'VQEncoder',
    'WithImage',
    'WithLocalContrast',
    'WithLocalIntensityOrder',
]
