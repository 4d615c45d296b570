"""What the losses on class labels share: a schedule, logits in, ignored pixels out, float32."""

from abc import ABC, abstractmethod

import torch
from torch import Tensor, nn

from mmcrack.models.losses.soft_target import check_reduction, reduce_loss

IGNORED = -1


class ScheduledLoss(nn.Module, ABC):
    """Base of the losses on class indices whose strength grows with the training.

    They serve as ``loss`` of mmpretrain's heads and as ``loss_decode`` of mmseg's alike.
    ``mmcrack.SemanticAugmentationHook`` tells them how far the training is.

    Args:
        reduction: ``'mean'`` (over what is not ignored), ``'sum'`` or ``'none'``.
        loss_weight: Factor of the loss.
        loss_name: Name in the log of a segmenter; only names that start with ``loss_`` are
            back-propagated.

    Raises:
        ValueError: ``reduction`` is none of the three.
    """

    def __init__(
        self, *, reduction: str = 'mean', loss_weight: float = 1.0, loss_name: str = 'loss_cls'
    ) -> None:
        super().__init__()
        self.reduction = check_reduction(reduction)
        self.loss_weight = loss_weight
        self._loss_name = loss_name
        self._progress: float | None = None

    @property
    def loss_name(self) -> str:
        """Name of the loss in the log."""
        return self._loss_name

    @property
    def progress(self) -> float:
        """t/T, the share of the training that is over.

        Raises:
            RuntimeError: Nothing has told the loss.
        """
        if self._progress is None:
            raise RuntimeError(missing_hook(self, 'how far the training is'))
        return self._progress

    def set_progress(self, progress: float) -> None:
        """Set t/T.

        Raises:
            ValueError: It is not in [0, 1].
        """
        if not 0 <= progress <= 1:
            raise ValueError(f'progress must be in [0, 1], got {progress}')
        self._progress = progress

    def forward(
        self,
        cls_score: Tensor,
        label: Tensor,
        weight: Tensor | None = None,
        avg_factor: float | None = None,
        reduction_override: str | None = None,
        ignore_index: int | None = IGNORED,
        **kwargs,
    ) -> Tensor:
        """Compute the loss.

        Args:
            cls_score: Logits, (N, C) or (N, C, H, W), C ≥ 2.
            label: Class indices, (N,) or (N, H, W), integer or floating point.
            weight: Factor per element, of the labels' shape.
            avg_factor: Divisor in place of the number of counted elements (``'mean'`` only).
            reduction_override: Reduction of this call.
            ignore_index: The label of elements to ignore; None ignores none.
            **kwargs: Accepted and unused, as mmseg's losses do.

        Returns:
            A scalar, or one loss per element where the reduction is ``'none'``.

        Raises:
            ValueError: Shapes do not fit, there is one class only, or a label is no class index.
            RuntimeError: The loss lacks what the hook gives it.
        """
        reduction = check_reduction(reduction_override or self.reduction)
        target = class_targets(cls_score, label, ignore_index)
        if weight is not None and weight.shape != target.shape:
            raise ValueError(
                f'weights must be {tuple(target.shape)} as the labels, got {tuple(weight.shape)}'
            )
        valid = target != IGNORED
        with torch.autocast(cls_score.device.type, enabled=False):
            loss = self.elements(cls_score.float(), target)
            loss = loss * (valid if weight is None else valid * weight.float())
            return self.loss_weight * reduce_loss(loss, valid.sum(), reduction, avg_factor)

    @abstractmethod
    def elements(self, logits: Tensor, target: Tensor) -> Tensor:
        """Loss per element.

        Args:
            logits: float32 (N, C, …).
            target: Class indices, int64 (N, …); −1 where ignored, and there any finite loss will
                do.
        """


def missing_hook(loss: nn.Module, lacks: str) -> str:
    """What to do where nothing has told the loss what it needs."""
    return (
        f"{type(loss).__name__} does not know {lacks}: add dict(type='mmcrack."
        "SemanticAugmentationHook', head='decode_head') to the config's custom_hooks, with "
        "head='head' in a classifier"
    )


def class_targets(cls_score: Tensor, label: Tensor, ignore_index: int | None) -> Tensor:
    """Check labels, and turn them into int64 class indices, −1 where ignored.

    Raises:
        ValueError: Shapes do not fit, there is one class only, or a label is no class index.
    """
    classes = cls_score.shape[1]
    if classes < 2:
        raise ValueError(
            'the loss compares classes and needs two logit channels or more, got one: set '
            'num_classes=2, out_channels=2, threshold=None in the head'
        )
    expected = (cls_score.shape[0], *cls_score.shape[2:])
    if tuple(label.shape) != expected:
        raise ValueError(
            f'labels must be {expected}, a class index each, got {tuple(label.shape)} (scores of '
            'Mixup or CutMix are none)'
        )
    target = label.long()
    ignored = torch.zeros_like(label, dtype=torch.bool)
    if ignore_index is not None:
        ignored = label == ignore_index
    wrong = ~ignored & ((target != label) | (target < 0) | (target >= classes))
    if wrong.any():
        raise ValueError(
            f'labels must be class indices below {classes}, or ignore_index={ignore_index}; got '
            f'{label[wrong][0].item():g}. mmcrack.HardenLabels makes such labels of soft ones'
        )
    return target.masked_fill(ignored, IGNORED)
