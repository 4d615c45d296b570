"""Gives losses such as IGMSDA the features, the last layer and the progress of the training."""

from typing import Any, Protocol, runtime_checkable

import torch
from mmengine.hooks import Hook
from mmengine.runner import Runner
from torch import Tensor, nn

from mmcrack.registry import HOOKS
from mmcrack.utils.unwrapping import unwrapped

_LAST_LAYERS = ('conv_seg', 'fc')


@runtime_checkable
class Scheduled(Protocol):
    """A loss that follows the progress of the training."""

    def set_progress(self, progress: float) -> None:
        """Take t/T."""


@runtime_checkable
class Observer(Protocol):
    """A loss that looks at the last layer, as ``mmcrack.models.losses.FeatureLoss``."""

    def prepare(self, classes: int, features: int, device: torch.device) -> None:
        """Learn the size of the last layer."""

    def observe(
        self, features: Tensor, weight: Tensor, bias: Tensor | None, *, align_corners: bool
    ) -> None:
        """Take the input and the parameters of the last layer."""


@HOOKS.register_module()
class SemanticAugmentationHook(Hook):
    """What ``GMLoss``, ``ISDALoss``, ``IGMSDALoss`` and their like need besides logits and labels.

    Before each training step it sets the losses' progress t/T. A forward pre-hook on the last
    linear layer (so after dropout) hands its input, W and b to the losses that look at features.
    mmseg's and mmpretrain's heads stay as they are; one hook serves one head.

    Args:
        head: Path of the head in the model: ``'decode_head'``, ``'auxiliary_head.0'``, or
            ``'head'`` in a classifier.
        layer: Path of the last layer in the model, a linear layer or a 1×1 convolution. Default:
            the head's ``conv_seg``, or its ``fc``. mmpretrain's VGG and AlexNet keep theirs in
            ``'backbone.classifier.6'``.
    """

    priority = 'HIGH'  # before hooks that copy the model, such as EMAHook

    def __init__(self, head: str = 'decode_head', layer: str | None = None) -> None:
        self.head = head
        self.layer = layer
        self._losses: list[Scheduled] = []
        self._handles: list[Any] = []

    def before_run(self, runner: Runner) -> None:
        """Find head, losses and layer; before checkpoints are read, which hold the statistics.

        Raises:
            ValueError: There is no such head or layer, the head has no loss for this hook, or its
                logits have one channel.
        """
        self.detach()
        self.attach(unwrapped(runner.model))

    def before_train_iter(
        self, runner: Runner, batch_idx: int, data_batch: dict | None = None
    ) -> None:
        """Tell the losses t/T."""
        for loss in self._losses:
            loss.set_progress(runner.iter / runner.max_iters)

    def after_run(self, runner: Runner) -> None:
        """Let go of the model."""
        self.detach()

    def attach(self, model: nn.Module) -> None:
        """Connect the losses of a model's head with its last layer."""
        head = _submodule(model, self.head, 'head')
        self._losses = [module for module in head.modules() if isinstance(module, Scheduled)]
        if not self._losses:
            raise ValueError(
                f'SemanticAugmentationHook: model.{self.head} has no loss that uses it, such as '
                'mmcrack.IGMSDALoss; drop the hook, or give it the head that has one'
            )
        path, layer = self._last_layer(model, head)
        classes, features = _sizes(path, layer)
        align_corners = getattr(head, 'align_corners', False)
        for loss in self._losses:
            if isinstance(loss, Observer):
                loss.prepare(classes, features, layer.weight.device)
                self._handles.append(_hand_over(layer, loss, align_corners))

    def detach(self) -> None:
        """Remove the pre-hooks."""
        for handle in self._handles:
            handle.remove()
        self._handles, self._losses = [], []

    def _last_layer(self, model: nn.Module, head: nn.Module) -> tuple[str, nn.Module]:
        if self.layer is not None:
            return self.layer, _submodule(model, self.layer, 'layer')
        for name in _LAST_LAYERS:
            if isinstance(getattr(head, name, None), nn.Module):
                return f'{self.head}.{name}', getattr(head, name)
        raise ValueError(
            f'SemanticAugmentationHook: model.{self.head} ({type(head).__name__}) has no '
            f'{" or ".join(_LAST_LAYERS)}; name its last linear layer: layer={self.head!r}…'
        )


def _hand_over(layer: nn.Module, loss: Observer, align_corners: bool) -> Any:
    def pre_hook(module: nn.Module, inputs: tuple[Tensor]) -> None:
        if module.training:
            loss.observe(inputs[0], module.weight, module.bias, align_corners=align_corners)

    return layer.register_forward_pre_hook(pre_hook)


def _submodule(model: nn.Module, path: str, what: str) -> nn.Module:
    try:
        return model.get_submodule(path)
    except AttributeError as error:
        raise ValueError(
            f'SemanticAugmentationHook: {what}={path!r}: no such module in '
            f'{type(model).__name__} ({error})'
        ) from error


def _sizes(path: str, layer: nn.Module) -> tuple[int, int]:
    """Classes and features of the last layer."""
    linear = isinstance(layer, nn.Linear)
    pointwise = isinstance(layer, nn.Conv2d) and layer.kernel_size == (1, 1) and layer.groups == 1
    if not linear and not pointwise:
        raise ValueError(
            f'SemanticAugmentationHook: model.{path} is no linear layer or 1×1 convolution: {layer}'
        )
    classes, features = layer.weight.shape[:2]
    if classes < 2:
        raise ValueError(
            f'SemanticAugmentationHook: model.{path} has one output channel, and its losses '
            'compare classes: set num_classes=2, out_channels=2, threshold=None in the head'
        )
    return classes, features
