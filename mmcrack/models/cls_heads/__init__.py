"""Classification heads."""

from mmcrack.models.cls_heads.circle_head import CircleClsHead
from mmcrack.models.cls_heads.cosface_head import CosFaceClsHead

__all__ = ['CircleClsHead', 'CosFaceClsHead']
