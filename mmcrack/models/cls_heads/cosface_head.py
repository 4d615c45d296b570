"""CosFace, one of the losses that IGMSDA is compared with."""

from mmpretrain.models.heads import ArcFaceClsHead
from torch import Tensor
from torch.nn import functional as F

from mmcrack.registry import MODELS


@MODELS.register_module()
class CosFaceClsHead(ArcFaceClsHead):
    """Cosines between feature and class weights, less a margin for the true class, times a scale.

    Wang et al., "CosFace: Large Margin Cosine Loss for Deep Face Recognition", CVPR 2018, Eq. 4:
    with cross entropy as ``loss``. mmpretrain's ArcFace head with the margin on the cosine.

    Args:
        margins: m, for all classes or for each.
        **kwargs: Arguments of mmpretrain's ``ArcFaceClsHead`` (``num_classes``, ``in_channels``,
            ``scale``, ``loss``, …).
    """

    def __init__(self, *, margins: float | list[float] = 0.35, **kwargs) -> None:
        super().__init__(margins=margins, **kwargs)

    def _get_logit_with_margin(self, pre_logits: Tensor, target: Tensor) -> Tensor:
        true = F.one_hot(target, self.num_classes)
        return self.norm_product(pre_logits) - self.margins * true
