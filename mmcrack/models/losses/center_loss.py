"""Center loss, one of the losses that IGMSDA is compared with."""

import torch
from mmengine.dist import all_reduce
from torch import Tensor
from torch.nn import functional as F

from mmcrack.models.losses.feature_loss import FeatureLoss
from mmcrack.models.losses.scheduled_loss import IGNORED
from mmcrack.registry import MODELS


@MODELS.register_module()
class CenterLoss(FeatureLoss):
    """Cross entropy + λ/2 ‖a − c_y‖², c_y the running centre of class y (Wen et al., ECCV 2016).

    For classification: a is the feature before the last layer.

    Args:
        num_classes: C.
        num_features: Dimension of the features.
        center_weight: λ.
        center_rate: Step α by which the centres move towards the batch's features (Eq. 4 there).
        loss_name: Name in the log.
        **kwargs: ``reduction`` and ``loss_weight`` of :class:`ScheduledLoss`.
    """

    def __init__(
        self,
        *,
        num_classes: int,
        num_features: int,
        center_weight: float = 0.003,
        center_rate: float = 0.5,
        loss_name: str = 'loss_center',
        **kwargs,
    ) -> None:
        super().__init__(loss_name=loss_name, **kwargs)
        self.center_weight = center_weight
        self.center_rate = center_rate
        self.register_buffer('centers', torch.zeros(num_classes, num_features))

    def prepare(self, classes: int, features: int, device: torch.device) -> None:
        """Check the sizes."""
        if self.centers.shape != (classes, features):
            raise ValueError(
                f'CenterLoss has num_classes, num_features {tuple(self.centers.shape)}, the last '
                f'layer {(classes, features)}'
            )

    def elements(self, logits: Tensor, target: Tensor) -> Tensor:
        """Loss of each element; then the centres move.

        Raises:
            ValueError: The logits are those of a segmenter.
        """
        if logits.ndim != 2:
            raise ValueError(f'CenterLoss takes logits (N, C), got {tuple(logits.shape)}')
        features = self.take_layer(logits).features.float()
        distance = (features - self.centers[target]).square().sum(1)
        if self.training:
            self._move_centers(features.detach(), target)
        nll = F.cross_entropy(logits, target, ignore_index=IGNORED, reduction='none')
        return nll + self.center_weight / 2 * distance

    def _move_centers(self, features: Tensor, target: Tensor) -> None:
        classes = torch.arange(len(self.centers), device=target.device)
        members = (classes[:, None] == target).float()
        count, total = members.sum(1, keepdim=True), members @ features
        all_reduce(count)
        all_reduce(total)
        step = (total - count * self.centers) / (1 + count)
        self.centers += self.center_rate * step
