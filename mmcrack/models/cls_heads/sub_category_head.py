"""A classification head that also tells sub-categories of each class apart."""

import torch
from mmpretrain.models.heads import LinearClsHead
from mmpretrain.structures import DataSample
from torch import Tensor, nn
from torch.nn import functional as F

from mmcrack.registry import MODELS


@MODELS.register_module()
class SubCategoryClsHead(LinearClsHead):
    """Learns clusters of each class besides the class, so that activation covers more of it.

    Chang et al., "Weakly-Supervised Semantic Segmentation via Sub-category Exploration",
    CVPR 2020, Eq. 3 to 5: cross entropy of the classes plus ``sub_weight`` times cross entropy of
    K sub-categories per class, which ``SubCategoryHook`` finds by k-means on the features. Only
    the class logits leave the head, so a trained classifier is used like any other.

    Args:
        sub_categories: K.
        sub_weight: λ of the second term.
        **kwargs: Of mmpretrain's ``LinearClsHead``.
    """

    def __init__(self, *, sub_categories: int = 10, sub_weight: float = 5.0, **kwargs) -> None:
        super().__init__(**kwargs)
        self.sub_categories = sub_categories
        self.sub_weight = sub_weight
        self.sub_fc = nn.Linear(self.in_channels, self.num_classes * sub_categories)
        self._sub_labels: Tensor | None = None

    def set_sub_labels(self, labels: Tensor) -> None:
        """Take the sub-category of every sample of the training set.

        Args:
            labels: (N,) integers, class·K + cluster, by ``sample_idx``.
        """
        self._sub_labels = labels

    def loss(self, feats: tuple[Tensor, ...], data_samples: list[DataSample], **kwargs) -> dict:
        """Losses ``loss`` (classes) and ``loss_sub`` (sub-categories, weighted).

        Raises:
            RuntimeError: nobody has set the sub-categories.
        """
        losses = super().loss(feats, data_samples, **kwargs)
        if self._sub_labels is None:
            raise RuntimeError(
                'SubCategoryClsHead has no sub-categories; they come from '
                "custom_hooks=[dict(type='mmcrack.SubCategoryHook', dataloader=…)]"
            )
        logits = self.sub_fc(self.pre_logits(feats))
        indices = torch.tensor([sample.sample_idx for sample in data_samples])
        labels = self._sub_labels[indices].to(logits.device)
        losses['loss_sub'] = self.sub_weight * F.cross_entropy(logits, labels)
        return losses
