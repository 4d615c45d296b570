"""Tests of networks, timed."""

import copy
import functools
from pathlib import Path
from typing import Any

from mmengine.config import Config
from torch import nn

from mmcrack.engine.cli import use_test_time_augmentation
from mmcrack.engine.hooks.calibration_hook import CalibrationHook
from mmcrack.engine.testing import build_test_runner
from mmcrack.utils.unwrapping import unwrapped
from mmcrack.zoo.data import ZooData, figures_of
from mmcrack.zoo.measured import Measured, Stopwatch, count_parameters


def require_same_model(cfg: Config, config: str, data: ZooData) -> None:
    """Raise ValueError where a test config does not hold the model of the method's config."""
    keys = ('model', 'data_preprocessor')
    if any(_plain(cfg.get(key)) != _plain(data.cfg.get(key)) for key in keys):
        raise ValueError(
            f'{data.config}: its model is not that of {config}; a test config of a network '
            f"inherits from it (_base_ = './{Path(config).name}') and sets test_dataloader"
        )


def measure_network(data: ZooData, checkpoint: str | None, work_dir: Path) -> Measured:
    """Test a network as ``tools/test.py`` does, on all photographs.

    Args:
        data: The data set; its config holds the model.
        checkpoint: None for a model that trains nothing.
        work_dir: Folder of the logs.

    Raises:
        Exception: as :func:`~mmcrack.engine.testing.build_test_runner`, and what the test raises.
    """
    cfg = copy.deepcopy(data.cfg)
    cfg.work_dir = str(work_dir)
    if data.augmented:
        use_test_time_augmentation(cfg)
    runner = build_test_runner(cfg, data.config, checkpoint)
    stopwatch = _time_predictions(runner.model)
    metrics = runner.test()
    return Measured(
        figures_of(metrics), count_parameters(runner.model), stopwatch.images_per_second()
    )


def test_untrained(data: ZooData, work_dir: Path) -> dict[str, float]:
    """Figures of a network with the weights that ``init_cfg`` gives it.

    Args:
        data: As in :func:`measure_network`.
        work_dir: Folder of the logs.

    Raises:
        Exception: As :func:`measure_network`.
    """
    cfg = copy.deepcopy(data.cfg)
    cfg.work_dir = str(work_dir)
    runner = build_test_runner(cfg, data.config, None, untrained=True)
    unwrapped(runner.model).init_weights()
    for hook in runner.hooks:
        if isinstance(hook, CalibrationHook):
            hook.calibrate(runner)
    return figures_of(runner.test())


def _time_predictions(model: nn.Module) -> Stopwatch:
    """Have the steps of a test timed: the network alone, its batch already loaded.

    A batch of test-time augmentation holds, for each view, the samples of all its photographs.
    """
    stopwatch, predict = Stopwatch(), model.test_step

    @functools.wraps(predict)
    def timed(batch: dict[str, Any]) -> Any:
        samples = batch['data_samples']
        with stopwatch.lap(len(samples[0] if isinstance(samples[0], list | tuple) else samples)):
            return predict(batch)

    model.test_step = timed
    return stopwatch


def _plain(settings: Any) -> Any:
    return settings.to_dict() if hasattr(settings, 'to_dict') else settings
