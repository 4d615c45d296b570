"""Edge loss of CrackCLIP (section 3.4)."""

import torch
from torch import Tensor
from torch.nn import functional as F

from mmcrack.models.losses.soft_target import SoftTargetLoss
from mmcrack.registry import MODELS


@MODELS.register_module()
class EdgeLoss(SoftTargetLoss):
    """1 − ΣpE / ΣE per image, averaged over the images; 0 for an image without edges.

    E is the 3×3 dilation of the target minus its 3×3 erosion: 1 on the pixels on either side of a
    crack's border, for soft targets the local range. (The paper takes the term from SAM-assisted
    segmentation of remote sensing images and does not say what E is here.)

    E covers the background beside a crack too, so the loss asks for cracks that are one pixel wider
    on each side. What it gains is recall; erosion at test (``erode`` of
    :class:`~mmcrack.models.segmentors.CLIPEncoderDecoder`) takes the width back.

    Ignored pixels have no edge and make none. An image whose pixels are all ignored does not count.

    Args:
        reduction: Over images: ``'mean'``, ``'sum'`` or ``'none'``.
        loss_weight: Factor of the loss.
        loss_name: Name in the log.
    """

    def __init__(
        self,
        *,
        reduction: str = 'mean',
        loss_weight: float = 1.0,
        loss_name: str = 'loss_edge',
    ) -> None:
        super().__init__(reduction=reduction, loss_weight=loss_weight, loss_name=loss_name)

    def elements(
        self, logit: Tensor, target: Tensor, factor: Tensor, valid: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Loss per image, (N,), and the number of images with a pixel that counts."""
        prob = logit.masked_fill(~valid, 0).sigmoid()
        edge = factor * target_edges(target, valid)
        total = edge.flatten(1).sum(1)
        hit = (prob * edge).flatten(1).sum(1)
        loss = (1 - hit / total.where(total > 0, 1)) * (total > 0)
        return loss, valid.flatten(1).any(1).sum()


def target_edges(target: Tensor, valid: Tensor) -> Tensor:
    """3×3 dilation minus erosion over the pixels that count: (N, H, W) to (N, H, W)."""
    highest = _highest_of_3x3(target.masked_fill(~valid, 0))
    lowest = -_highest_of_3x3(-target.masked_fill(~valid, 1))
    return (highest - lowest) * valid


def _highest_of_3x3(x: Tensor) -> Tensor:
    """Maximum around each pixel, (N, H, W); far faster than ``max_pool2d`` on a CPU."""
    x = F.pad(x, (1, 1, 1, 1), mode='replicate')
    x = torch.maximum(torch.maximum(x[:, :-2], x[:, 1:-1]), x[:, 2:])
    return torch.maximum(torch.maximum(x[..., :-2], x[..., 1:-1]), x[..., 2:])
