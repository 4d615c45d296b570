"""Hooks."""

from .checkpoint_match_hook import CheckpointMatchHook
from .epoch_seed_hook import EpochSeedHook
from .parameter_count_hook import ParameterCountHook
from .progress_bar_hook import ProgressBarHook
from .soft_label_log_hook import SoftLabelLogHook

__all__ = [
    'CheckpointMatchHook',
    'EpochSeedHook',
    'ParameterCountHook',
    'ProgressBarHook',
    'SoftLabelLogHook',
]
