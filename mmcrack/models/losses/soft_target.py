"""What the losses on soft crack labels share: logits in, targets in [0, 1], ignored pixels out."""

from abc import ABC, abstractmethod

import torch
from torch import Tensor, nn

REDUCTIONS = ('none', 'mean', 'sum')


class SoftTargetLoss(nn.Module, ABC):
    """Base of the losses that compare crack probabilities with soft labels.

    One logit channel stands for p = sigmoid(z). Two channels stand for p = softmax(z)[1], which is
    sigmoid(z1 − z0), so every loss sees a single logit. Computed in float32, inside autocast too.

    Args:
        reduction: ``'mean'`` (over the pixels that are not ignored), ``'sum'`` or ``'none'``.
        loss_weight: Factor of the loss.
        loss_name: Name in the log; only names that start with ``loss_`` are back-propagated.

    Raises:
        ValueError: ``reduction`` is none of the three.
    """

    def __init__(self, *, reduction: str, loss_weight: float, loss_name: str) -> None:
        super().__init__()
        self.reduction = check_reduction(reduction)
        self.loss_weight = loss_weight
        self._loss_name = loss_name

    @property
    def loss_name(self) -> str:
        """Name of the loss in the log."""
        return self._loss_name

    def forward(
        self,
        cls_score: Tensor,
        label: Tensor,
        weight: Tensor | None = None,
        avg_factor: float | None = None,
        reduction_override: str | None = None,
        ignore_index: int | None = -1,
        **kwargs,
    ) -> Tensor:
        """Compute the loss.

        Args:
            cls_score: Logits, (N, 1, H, W) or (N, 2, H, W).
            label: Targets in [0, 1], (N, H, W); ``ignore_index`` marks pixels that do not count.
            weight: Factor per pixel, (N, H, W).
            avg_factor: Divisor in place of the number of counted pixels (``'mean'`` only).
            reduction_override: Reduction of this call.
            ignore_index: The label of pixels to ignore; None ignores none.
            **kwargs: Accepted and unused, as mmseg's losses do.

        Returns:
            A scalar, or one loss per element where the reduction is ``'none'``.

        Raises:
            ValueError: The shapes do not fit, or a counted label lies outside [0, 1].
        """
        check_shapes(cls_score, label, weight)
        reduction = check_reduction(reduction_override or self.reduction)
        with torch.autocast(cls_score.device.type, enabled=False):
            logit = crack_logit(cls_score.float())
            valid = valid_pixels(label, ignore_index)
            target = label.float().masked_fill(~valid, 0)
            check_targets(target, ignore_index)
            factor = valid.float() if weight is None else valid * weight.float()
            loss, count = self.elements(logit, target, factor, valid)
            return self.loss_weight * reduce_loss(loss, count, reduction, avg_factor)

    @abstractmethod
    def elements(
        self, logit: Tensor, target: Tensor, factor: Tensor, valid: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Loss per element and the number of elements that count.

        Args:
            logit: Logit of the crack probability, (N, H, W).
            target: Targets in [0, 1], 0 where ignored, (N, H, W).
            factor: Weight per pixel, 0 where ignored, (N, H, W).
            valid: False where ignored, (N, H, W).
        """


class PixelLoss(SoftTargetLoss):
    """A soft-target loss that is a weighted mean over pixels."""

    @abstractmethod
    def pixel_loss(self, logit: Tensor, target: Tensor) -> Tensor:
        """Loss of each pixel, (N, H, W)."""

    def elements(
        self, logit: Tensor, target: Tensor, factor: Tensor, valid: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Weighted loss per pixel and the number of pixels that are not ignored."""
        loss = self.pixel_loss(logit.masked_fill(~valid, 0), target)
        return loss * factor, valid.sum()


def crack_logit(cls_score: Tensor) -> Tensor:
    """The logit whose sigmoid is the crack probability: (N, 1 or 2, H, W) to (N, H, W)."""
    return cls_score[:, 0] if cls_score.shape[1] == 1 else cls_score[:, 1] - cls_score[:, 0]


def valid_pixels(label: Tensor, ignore_index: int | None) -> Tensor:
    """False where the label says to ignore the pixel."""
    if ignore_index is None:
        return torch.ones_like(label, dtype=torch.bool)
    return label != ignore_index


def reduce_loss(loss: Tensor, count: Tensor, reduction: str, avg_factor: float | None) -> Tensor:
    """Reduce by name; ``'mean'`` divides by ``avg_factor`` or by the counted elements (0 if none).

    Raises:
        ValueError: ``avg_factor`` is given with another reduction than ``'mean'``.
    """
    if avg_factor is not None and reduction != 'mean':
        raise ValueError(f"avg_factor needs reduction='mean', got {reduction!r}")
    if reduction == 'none':
        return loss
    if reduction == 'sum':
        return loss.sum()
    return loss.sum() / (count.clamp(min=1) if avg_factor is None else avg_factor)


def check_reduction(reduction: str) -> str:
    """Return ``reduction``, or raise ValueError where it is unknown."""
    if reduction not in REDUCTIONS:
        raise ValueError(f'reduction must be one of {REDUCTIONS}, got {reduction!r}')
    return reduction


def check_shapes(cls_score: Tensor, label: Tensor, weight: Tensor | None) -> None:
    """Raise ValueError where logits, labels and weights do not fit each other."""
    if cls_score.ndim != 4 or cls_score.shape[1] not in (1, 2):
        raise ValueError(f'logits must be (N, 1 or 2, H, W), got {tuple(cls_score.shape)}')
    expected = (cls_score.shape[0], *cls_score.shape[2:])
    for name, tensor in (('labels', label), ('weights', weight)):
        if tensor is not None and tuple(tensor.shape) != expected:
            raise ValueError(f'{name} must be {expected} (N, H, W), got {tuple(tensor.shape)}')


def check_targets(target: Tensor, ignore_index: int | None) -> None:
    """Raise ValueError where a counted label is outside [0, 1] or not a number."""
    if target.numel() == 0 or bool(((target >= 0) & (target <= 1)).all()):
        return
    low, high = target.amin().item(), target.amax().item()
    raise ValueError(
        f'labels must lie in [0, 1] or be ignore_index={ignore_index}, got {low:g} to {high:g}; '
        'load them with LoadCrackAnnotations and pad them with seg_pad_val=-1'
    )
