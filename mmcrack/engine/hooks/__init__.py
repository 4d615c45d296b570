"""Hooks."""

from .checkpoint_match_hook import CheckpointMatchHook
from .parameter_count_hook import ParameterCountHook
from .progress_bar_hook import ProgressBarHook
from .soft_label_log_hook import SoftLabelLogHook

__all__ = ['CheckpointMatchHook', 'ParameterCountHook', 'ProgressBarHook', 'SoftLabelLogHook']
