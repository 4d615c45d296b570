"""Backbones, necks, heads, corruptions, error maps, layers, losses and segmentors."""

from mmcrack.models.backbones import *  # noqa: F403
from mmcrack.models.cls_heads import *  # noqa: F403
from mmcrack.models.corruptions import *  # noqa: F403
from mmcrack.models.decode_heads import *  # noqa: F403
from mmcrack.models.error_maps import *  # noqa: F403
from mmcrack.models.layers import *  # noqa: F403
from mmcrack.models.losses import *  # noqa: F403
from mmcrack.models.necks import *  # noqa: F403
from mmcrack.models.segmentors import *  # noqa: F403
