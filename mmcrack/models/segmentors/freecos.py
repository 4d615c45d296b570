"""A segmenter that learns from synthetic images and from photographs without labels."""

from collections.abc import Mapping
from typing import Any

import torch
import torch.nn.functional as F
from mmseg.models.segmentors import EncoderDecoder
from mmseg.models.utils import resize
from mmseg.utils import SampleList, add_prefix
from torch import Tensor

from mmcrack.models.losses.soft_target import crack_logit
from mmcrack.registry import MODELS


@MODELS.register_module()
class FreeCOS(EncoderDecoder):
    """mmseg's ``EncoderDecoder`` with losses that need no label of a photograph.

    A batch holds synthetic images (:class:`FourierAmplitudeExchange`), of which the head learns the
    masks as usual, and photographs (:class:`WithoutLabel`), which it does not see for their labels
    are −1 everywhere. Two further losses read both: ``contrast`` the features, ``adversary`` the
    predicted maps. A step in which one kind is missing is a step without them. Tests are those of
    an ``EncoderDecoder``, and neither part is needed for them.

    Both kinds of images go through the network as one batch (in the official code, as two), so that
    batch normalization counts in training as it does in tests.

    Source: Shi, Ding, Zhang and Yang, FreeCOS: Self-Supervised Learning from Fractals and Unlabeled
    Images for Curvilinear Object Segmentation, ICCV 2023.

    Args:
        contrast: Config of a :class:`PixelContrast`, whose ``in_channels`` are those of the
            backbone's level ``contrast_index``; None for none.
        contrast_weight: Factor of its loss.
        contrast_index: Level of the backbone that it reads; the last by default, a U-Net's finest.
        adversary: Config of a :class:`PredictionAdversary`; None for none.
        **kwargs: Of mmseg's ``EncoderDecoder``. The head gives one logit map, of one channel or
            two, and no deep supervision.

    Raises:
        ValueError: ``contrast_weight`` is negative.
    """

    def __init__(
        self,
        *,
        contrast: Mapping[str, Any] | None = None,
        contrast_weight: float = 0.04,
        contrast_index: int = -1,
        adversary: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if contrast_weight < 0:
            raise ValueError(f'contrast_weight={contrast_weight} must not be negative')
        self.contrast = None if contrast is None else MODELS.build(contrast)
        self.contrast_weight = contrast_weight
        self.contrast_index = contrast_index
        self.adversary = None if adversary is None else MODELS.build(adversary)

    def loss(self, inputs: Tensor, data_samples: SampleList) -> dict[str, Tensor]:
        """The heads' losses on labelled pixels, ``contrast.…`` and ``adversary.…``.

        Args:
            inputs: Images as the data preprocessor leaves them, (N, C, H, W).
            data_samples: With ``gt_sem_seg``, −1 everywhere in photographs.
        """
        features = self.extract_feat(inputs)
        logits = self.decode_head(features)
        losses = add_prefix(self.decode_head.loss_by_feat(logits, data_samples), 'decode')
        if self.with_auxiliary_head:
            losses.update(self._auxiliary_head_forward_train(features, data_samples))
        labels = torch.stack([sample.gt_sem_seg.data for sample in data_samples]).float()
        probabilities = crack_logit(logits.float()).sigmoid()[:, None]
        if self.contrast is not None:
            losses['contrast.loss_nce'] = self._contrast(features, labels, probabilities)
        if self.adversary is not None:
            real = (labels < 0).flatten(1).all(1)
            losses.update(add_prefix(self.adversary(probabilities, real), 'adversary'))
        return losses

    def _contrast(
        self, features: tuple[Tensor, ...], labels: Tensor, probabilities: Tensor
    ) -> Tensor:
        """The contrastive loss, with labels and map at the size of the features."""
        level = features[self.contrast_index]
        size = level.shape[-2:]
        labels = F.interpolate(labels, size=size, mode='nearest')
        probabilities = resize(probabilities, size, mode='bilinear', align_corners=False)
        return self.contrast_weight * self.contrast(level, labels, probabilities)
