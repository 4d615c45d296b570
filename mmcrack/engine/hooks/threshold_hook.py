"""Makes 0.5 the threshold that serves best where no training image has a true mask."""

import math
from typing import Any

import torch
from mmengine.hooks import EMAHook, Hook
from mmengine.runner import Runner

from mmcrack.registry import HOOKS
from mmcrack.utils.unwrapping import unwrapped

_LEAST = 0.01


@HOOKS.register_module()
class ThresholdHook(Hook):
    """Shifts the logits after the last step so that the best threshold of validation becomes 0.5.

    A network that learned from uncertain labels is not calibrated: its best threshold may be far
    from the 0.5 at which it will be used. Where validation is on synthetic photographs with exact
    masks, their threshold is known without a true mask. The shift is one number, taken off the bias
    of the last layer (and off that of an ``EMAHook``'s mean), so maps keep their order: ODS, OIS
    and AP stay as they are, and the checkpoint needs nothing besides.

    Args:
        bias: Name of that bias in the model.
        metric: Key of the threshold among the metrics of validation, those of ``CrackMetric``.

    Raises:
        ValueError: when the training starts, there is no validation or no such parameter.
        KeyError: validation gives no such metric.
    """

    priority = 'LOW'  # after EMAHook's NORMAL, before CheckpointHook's VERY_LOW

    def __init__(
        self,
        bias: str = 'decode_head.conv_seg.bias',
        metric: str = 'image/ODS_threshold',
    ) -> None:
        self.bias = bias
        self.metric = metric

    def before_train(self, runner: Runner) -> None:
        """Check what the end of the training will need."""
        if runner.val_loop is None:
            raise ValueError('ThresholdHook needs a validation: val_dataloader, val_evaluator, …')
        if self.bias not in dict(unwrapped(runner.model).named_parameters()):
            raise ValueError(f'ThresholdHook: the model has no parameter {self.bias}')

    def after_train_iter(
        self,
        runner: Runner,
        batch_idx: int,
        data_batch: Any = None,
        outputs: dict | None = None,
    ) -> None:
        """Validate and shift, after the last step."""
        if not self.is_last_train_iter(runner):
            return
        metrics = runner.val_loop.run()
        if self.metric not in metrics:
            raise KeyError(f'ThresholdHook: validation gives no {self.metric}: {sorted(metrics)}')
        threshold = min(max(metrics[self.metric], _LEAST), 1 - _LEAST)
        means = [hook.ema_model.module for hook in runner.hooks if isinstance(hook, EMAHook)]
        for model in (unwrapped(runner.model), *map(unwrapped, means)):
            with torch.no_grad():
                model.get_parameter(self.bias).sub_(math.log(threshold / (1 - threshold)))
        runner.logger.info(f'Best threshold of validation: {threshold:.2f}; it becomes 0.5')
