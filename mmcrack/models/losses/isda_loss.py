"""Implicit semantic data augmentation (IGMSDA, Eq. 4)."""

import torch
from torch import Tensor
from torch.nn import functional as F

from mmcrack.models.layers.class_covariance import ClassCovariance
from mmcrack.models.losses.feature_loss import FeatureLoss, LastLayer, labels_at
from mmcrack.models.losses.gm_loss import check_strength
from mmcrack.models.losses.scheduled_loss import IGNORED
from mmcrack.registry import MODELS


class SemanticAugmentationLoss(FeatureLoss):
    """Base of the losses over features augmented as ã ~ N(a, λΣ_y) (IGMSDA, Eq. 3).

    Σ_y is the running covariance of the features of class y, λ = (t/T)·λ₀.

    Args:
        lambda_0: λ₀, the strength at the end of the training.
        **kwargs: As :class:`FeatureLoss`.

    Raises:
        ValueError: ``lambda_0`` is negative.
    """

    def __init__(self, *, lambda_0: float = 0.5, **kwargs) -> None:
        super().__init__(**kwargs)
        self.lambda_0 = check_strength('lambda_0', lambda_0)
        self.covariances = ClassCovariance()

    @property
    def strength(self) -> float:
        """λ."""
        return self.progress * self.lambda_0

    def prepare(self, classes: int, features: int, device: torch.device) -> None:
        """Give the covariances their sizes."""
        self.covariances.allocate(classes, features, device)

    def update_covariances(self, layer: LastLayer, target: Tensor) -> Tensor:
        """Take in the batch's features while training; returns the labels at their resolution."""
        labels = labels_at(target, layer.features.shape[2:])
        if self.training:
            self.covariances.update(layer.features, labels)
        return labels

    def logit_increment(self, logits: Tensor, target: Tensor) -> Tensor:
        """λ/2 · q_yj, what the augmentation adds to logit j of an element of class y.

        q depends on the two classes alone (a C×C table). Of dense logits the increment belongs to
        the features' resolution, before the head resizes the logits to the labels' size; resizing
        is linear, so the increment is resized likewise and added to the resized logits.

        Args:
            logits: (N, C, …).
            target: Class indices, (N, …); −1 where ignored, which gets no increment.
        """
        layer = self.take_layer(logits)
        labels = self.update_covariances(layer, target)
        table = self.strength / 2 * self.covariances.margin_variance(layer.weight.float())
        increment = spread(table, labels)
        if increment.shape == logits.shape:
            return increment
        return F.interpolate(
            increment, logits.shape[2:], mode='bilinear', align_corners=layer.align_corners
        )


def spread(table: Tensor, labels: Tensor) -> Tensor:
    """Row y of a (C, C) table to each element of class y, 0 where ignored: (N, C, …)."""
    classes = torch.arange(len(table), device=labels.device)
    one_hot = labels.reshape(len(labels), 1, -1) == classes[:, None]
    return (table.T @ one_hot.to(table)).view(len(labels), len(table), *labels.shape[1:])


@MODELS.register_module()
class ISDALoss(SemanticAugmentationLoss):
    """Cross entropy over infinitely many augmented features: its upper bound (IGMSDA, Eq. 4).

    log Σ_j exp(z_j − z_y + λ/2 (w_j − w_y)ᵀ Σ_y (w_j − w_y)), z the logits (Wang et al.,
    "Regularizing Deep Networks with Semantic Data Augmentation", TPAMI 2022).

    Args:
        loss_name: Name in the log.
        **kwargs: ``lambda_0``, ``reduction`` and ``loss_weight`` as in the base classes.
    """

    def __init__(self, *, loss_name: str = 'loss_isda', **kwargs) -> None:
        super().__init__(loss_name=loss_name, **kwargs)

    def elements(self, logits: Tensor, target: Tensor) -> Tensor:
        """Eq. 4 of each element."""
        increment = self.logit_increment(logits, target)
        return F.cross_entropy(logits + increment, target, ignore_index=IGNORED, reduction='none')
