"""What the losses that look at the last layer share: how they get its input and weights."""

from abc import abstractmethod
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

from mmcrack.models.losses.scheduled_loss import ScheduledLoss, missing_hook


class LastLayer(NamedTuple):
    """The last linear layer of a network and what it was given."""

    features: Tensor
    """Its input a, (N, F), or (N, F, h, w) for a 1×1 convolution."""
    weight: Tensor
    """W, (C, F)."""
    bias: Tensor | None
    """b, (C,)."""
    align_corners: bool
    """How the head resizes its logits to the labels."""


class FeatureLoss(ScheduledLoss):
    """Base of the losses that need the features before the last layer, and its W and b.

    Heads give a loss nothing but logits and labels, so ``mmcrack.SemanticAugmentationHook`` hands
    the rest to :meth:`observe` whenever the layer runs.

    Args:
        **kwargs: As :class:`ScheduledLoss`.
    """

    def __init__(self, **kwargs) -> None:
        super().__init__(**kwargs)
        self._layer: LastLayer | None = None

    @abstractmethod
    def prepare(self, classes: int, features: int, device: torch.device) -> None:
        """Give the statistics of the features their sizes, before a checkpoint is read.

        Raises:
            ValueError: They have others already.
        """

    def observe(
        self,
        features: Tensor,
        weight: Tensor,
        bias: Tensor | None = None,
        *,
        align_corners: bool = False,
    ) -> None:
        """Take what the next call refers to.

        Args:
            features: Input of the last layer, (N, F) or (N, F, h, w).
            weight: Its weight, (C, F) or (C, F, 1, 1).
            bias: Its bias, (C,).
            align_corners: How the head resizes its logits to the labels.
        """
        weight = weight.flatten(1)
        self.prepare(*weight.shape, weight.device)
        self._layer = LastLayer(features, weight, bias, align_corners)

    def take_layer(self, logits: Tensor) -> LastLayer:
        """What was observed for these logits; once, so that nothing old is used or kept alive.

        Raises:
            RuntimeError: Nothing was observed since the last call.
            ValueError: It does not fit the logits.
        """
        layer, self._layer = self._layer, None
        if layer is None:
            raise RuntimeError(missing_hook(self, 'the features before the last layer'))
        if (len(layer.features), len(layer.weight), layer.features.ndim) != (
            *logits.shape[:2],
            logits.ndim,
        ):
            raise ValueError(
                f'logits of {tuple(logits.shape)} are not those of a last layer with features '
                f'{tuple(layer.features.shape)} and weight {tuple(layer.weight.shape)}: the '
                "hook's layer must be the one whose output the loss is given"
            )
        return layer


def labels_at(labels: Tensor, size: torch.Size) -> Tensor:
    """Labels at another resolution, each the label at the centre of its cell.

    Args:
        labels: (N, H, W), or (N,), which is returned as it is.
        size: Height and width of the features; empty for (N,).
    """
    if labels.shape[1:] == size:
        return labels
    small = F.interpolate(labels[:, None].float(), tuple(size), mode='nearest-exact')
    return small[:, 0].long()
