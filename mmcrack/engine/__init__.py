"""Around the Runner: hooks, prerequisites, CPU ranks, safe checkpoints, label generation."""

from . import safe_checkpoints
from .hooks import CheckpointMatchHook, SoftLabelLogHook
from .submodule_optim_wrappers import SubmoduleOptimWrapperConstructor

safe_checkpoints.install()

__all__ = ['CheckpointMatchHook', 'SoftLabelLogHook', 'SubmoduleOptimWrapperConstructor']
