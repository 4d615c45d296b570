"""A module that is used but is no part of the model that holds it."""

from collections.abc import Callable
from typing import Any

import torch
from torch import nn


class Frozen(nn.Module):
    """Holds a module in eval mode, without gradients, outside the owner's parameters.

    What is held moves between devices with its owner, but appears neither in the owner's
    ``parameters()`` (so not in the optimizer or in DDP) nor in its ``state_dict()`` (so not in
    checkpoints), and ``train()`` does not reach it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._held: tuple[nn.Module, ...] = ()

    def hold(self, module: nn.Module) -> None:
        """Freeze a module and hold it from now on."""
        module.eval()  # mmpretrain's VGG returns nothing
        self._held = (module.requires_grad_(False),)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is held yet."""
        return not self._held

    @property
    def module(self) -> nn.Module:
        """The held module."""
        return self._held[0]

    def _apply(self, fn: Callable, recurse: bool = True) -> 'Frozen':
        for module in self._held:
            module._apply(fn)
        return super()._apply(fn, recurse)

    @torch.no_grad()
    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """Call the held module without recording gradients."""
        return self.module(*args, **kwargs)
