"""Classification heads."""

from mmcrack.models.cls_heads.circle_head import CircleClsHead
from mmcrack.models.cls_heads.cosface_head import CosFaceClsHead
from mmcrack.models.cls_heads.sub_category_head import SubCategoryClsHead

__all__ = ['CircleClsHead', 'CosFaceClsHead', 'SubCategoryClsHead']
