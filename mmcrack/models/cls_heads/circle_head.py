"""Circle loss, one of the losses that IGMSDA is compared with."""

import torch
from mmpretrain.models.heads import ArcFaceClsHead
from torch import Tensor
from torch.nn import functional as F

from mmcrack.registry import MODELS


@MODELS.register_module()
class CircleClsHead(ArcFaceClsHead):
    """Circle loss with class labels: cross entropy of re-weighted cosines.

    Sun et al., "Circle Loss: A Unified Perspective of Pair Similarity Optimization", CVPR 2020,
    Eq. 4 to 8. With s the cosines between feature and class weights, the logit of the true class
    is γ [1 + m − s]₊ (s − 1 + m), that of another γ [s + m]₊ (s − m); the weights in brackets get
    no gradient.

    Args:
        scale: γ.
        margin: m.
        **kwargs: ``num_classes``, ``in_channels``, ``loss`` and ``init_cfg`` of mmpretrain's
            ``ArcFaceClsHead``.
    """

    def __init__(self, *, scale: float = 80.0, margin: float = 0.4, **kwargs) -> None:
        super().__init__(scale=scale, margins=margin, **kwargs)

    def _get_logit_with_margin(self, pre_logits: Tensor, target: Tensor) -> Tensor:
        cosine, margin = self.norm_product(pre_logits), self.margins
        weight = cosine.detach()
        true = (1 + margin - weight).clamp(min=0) * (cosine - 1 + margin)
        other = (weight + margin).clamp(min=0) * (cosine - margin)
        return torch.where(F.one_hot(target, self.num_classes).bool(), true, other)
