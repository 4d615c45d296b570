"""Sets the threshold of a model that was never shown a crack."""

from itertools import islice

import numpy as np
import torch
from mmengine.dist import all_gather_object
from mmengine.hooks import Hook
from mmengine.runner import Runner
from torch import nn

from mmcrack.registry import HOOKS
from mmcrack.utils.unwrapping import unwrapped


@HOOKS.register_module()
class CalibrationHook(Hook):
    """Fits ``model.threshold`` to the errors on crack-free photographs that were not trained on.

    It does so after the last step, every ``interval`` steps, and before each validation of a
    training, always before a checkpoint of that step is written, so that this one holds it.

    Args:
        dataloader: Config of a loader of crack-free images, without augmentation.
        interval: Steps from one fit to the next; give it the checkpoints' interval, so that each
            of them can predict. None: after the last step alone.
        max_batches: Most batches of each process to look at; None for all.

    Raises:
        ValueError: when the training starts, the model has no threshold to fit.
    """

    priority = 'NORMAL'  # before CheckpointHook's VERY_LOW

    def __init__(
        self, dataloader: dict, interval: int | None = None, max_batches: int | None = None
    ) -> None:
        self.dataloader = dataloader
        self.interval = interval
        self.max_batches = max_batches
        self._loader = None
        self._fitted_at = -1

    def before_train(self, runner: Runner) -> None:
        """Check the model and build the loader, so that a fault shows before the training."""
        threshold = getattr(unwrapped(runner.model), 'threshold', None)
        if not getattr(threshold, 'needs_fit', False):
            raise ValueError(
                'CalibrationHook needs a model with a threshold to fit: model.threshold='
                "dict(type='mmcrack.QuantileThreshold')"
            )
        self._loader = runner.build_dataloader(self.dataloader, seed=runner.seed)

    def after_train_iter(self, runner: Runner, *args, **kwargs) -> None:
        """Fit where it is due."""
        due = self.interval is not None and self.every_n_train_iters(runner, self.interval)
        if due or self.is_last_train_iter(runner):
            self._fit(runner, runner.iter + 1)

    def before_val(self, runner: Runner) -> None:
        """Fit within a training, unless that was just done."""
        if self._loader is not None and self._fitted_at != runner.iter:
            self._fit(runner, runner.iter)

    def calibrate(self, runner: Runner) -> None:
        """Fit outside of a training.

        Raises:
            ValueError: The model has no threshold to fit.
        """
        self.before_train(runner)
        self._fit(runner, runner.iter)

    def _fit(self, runner: Runner, steps: int) -> None:
        model = unwrapped(runner.model)
        parts = all_gather_object(self._errors(model))
        model.threshold.fit(np.concatenate([errors for part in parts for errors in part]))
        self._fitted_at = steps
        runner.logger.info(f'Threshold of the errors: {float(model.threshold.value):.4g}')

    @torch.no_grad()
    def _errors(self, model: nn.Module) -> list[np.ndarray]:
        """Errors of this rank's crack-free images, float32."""
        training = model.training
        model.eval()
        errors = []
        for batch in islice(self._loader, self.max_batches):
            inputs = model.data_preprocessor(batch, training=False)['inputs']
            errors.append(model.errors(inputs).float().flatten().cpu().numpy())
        model.train(training)
        return errors
