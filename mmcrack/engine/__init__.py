"""Around the Runner: hooks, prerequisites, CPU ranks, safe checkpoints, label generation."""

from . import safe_checkpoints
from .hooks import CheckpointMatchHook, SoftLabelLogHook

safe_checkpoints.install()

__all__ = ['CheckpointMatchHook', 'SoftLabelLogHook']
