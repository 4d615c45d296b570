"""Errors of gradients at several scales (RIAD)."""

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from mmcrack.models.error_maps.error_map import ErrorMap
from mmcrack.models.layers.gradient_similarity import similarity_pyramid
from mmcrack.registry import MODELS


@MODELS.register_module()
class GradientErrorMap(ErrorMap):
    """1 − GMS, each scale enlarged to the image, the mean over the scales (RIAD).

    Args:
        scales: Number of sizes, each half the one before it.
        **kwargs: Arguments of :class:`~mmcrack.models.error_maps.error_map.ErrorMap`; RIAD smooths
            by a mean filter of 21×21.
    """

    def __init__(self, scales: int = 4, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.scales = scales

    def errors(self, image: Tensor, restored: Tensor) -> Tensor:
        """In [0, 1)."""
        size = image.shape[2:]
        maps = [
            F.interpolate(1 - similarity, size, mode='bilinear', align_corners=False)
            for similarity in similarity_pyramid(image, restored, self.scales)
        ]
        return torch.stack(maps).mean(0)
