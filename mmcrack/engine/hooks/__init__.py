"""Hooks."""

from mmcrack.engine.hooks.atomic_checkpoint_hook import AtomicCheckpointHook
from mmcrack.engine.hooks.calibration_hook import CalibrationHook
from mmcrack.engine.hooks.channels_last_hook import ChannelsLastHook
from mmcrack.engine.hooks.checkpoint_match_hook import CheckpointMatchHook
from mmcrack.engine.hooks.epoch_seed_hook import EpochSeedHook
from mmcrack.engine.hooks.master_logger_hook import MasterLoggerHook
from mmcrack.engine.hooks.parameter_count_hook import ParameterCountHook
from mmcrack.engine.hooks.progress_bar_hook import ProgressBarHook
from mmcrack.engine.hooks.semantic_augmentation_hook import SemanticAugmentationHook
from mmcrack.engine.hooks.soft_label_log_hook import SoftLabelLogHook
from mmcrack.engine.hooks.step_seed_hook import StepSeedHook
from mmcrack.engine.hooks.sub_category_hook import SubCategoryHook
from mmcrack.engine.hooks.threshold_hook import ThresholdHook

__all__ = [
    'AtomicCheckpointHook',
    'CalibrationHook',
    'ChannelsLastHook',
    'CheckpointMatchHook',
    'EpochSeedHook',
    'MasterLoggerHook',
    'ParameterCountHook',
    'ProgressBarHook',
    'SemanticAugmentationHook',
    'SoftLabelLogHook',
    'StepSeedHook',
    'SubCategoryHook',
    'ThresholdHook',
]
