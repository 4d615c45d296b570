"""The photographs and masks that a row is measured on."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from mmengine.config import Config
from mmengine.dataset import BaseDataset
from mmengine.registry import DATASETS, init_default_scope

from mmcrack.engine.cli import require_test_time_augmentation
from mmcrack.zoo.naming import data_set_name, split_name
from mmcrack.zoo.row import PROTOCOL, row_file_name


class ZooData(NamedTuple):
    """A test config's data set.

    Attributes:
        config: The test config's file.
        cfg: What is in it.
        dataset: The data set, built.
        name: What it is called.
        split: Which part of it.
        augmented: Whether its photographs are tested with test-time augmentation.
    """

    config: str
    cfg: Config
    dataset: BaseDataset
    name: str
    split: str
    augmented: bool = False

    def file_name(self, config: str) -> str:
        """Of a method's row on it."""
        return row_file_name(config, self.name, self.split, self.augmented)


def load_data(cfg: Config, config: str, augmented: bool = False) -> ZooData:
    """Build the data set of ``cfg.test_dataloader``, and check how it is evaluated.

    Args:
        cfg: The test config.
        config: Its file.
        augmented: Whether it is to be tested with test-time augmentation.

    Raises:
        KeyError: test-time augmentation is asked for, and the config says nothing about it.
        FileNotFoundError: its folder is missing.
        ValueError: the config has no test data, or does not evaluate them by the zoo's protocol.
    """
    dataset_cfg = (cfg.get('test_dataloader') or {}).get('dataset')
    if not dataset_cfg:
        raise ValueError(
            f'{config}: no test_dataloader; give --test-configs with one, for instance '
            'configs/_base_/datasets/deepcrack.py for a labeller'
        )
    require_protocol(cfg.get('test_evaluator'), config)
    if augmented:
        require_test_time_augmentation(cfg)
    init_default_scope(cfg.get('default_scope') or 'mmseg')
    try:
        dataset = DATASETS.build(dataset_cfg)
    except FileNotFoundError as error:
        raise FileNotFoundError(f'{config}: {error}') from error
    names = data_set_name(dataset_cfg), split_name(dataset_cfg)
    return ZooData(config, cfg, dataset, *names, augmented)


def require_protocol(evaluator: Any, config: str) -> None:
    """Raise ValueError where no metric is ``CrackMetric`` as the zoo's rows need it."""
    metrics = evaluator if isinstance(evaluator, list | tuple) else [evaluator]
    if not any(isinstance(metric, Mapping) and _fits(metric) for metric in metrics):
        raise ValueError(
            f"{config}: test_evaluator needs dict(type='mmcrack.CrackMetric'), of protocol "
            f'{PROTOCOL!r}, tolerance 0 and without prefix'
        )


def _fits(metric: Mapping[str, Any]) -> bool:
    return (
        str(metric.get('type')).split('.')[-1] == 'CrackMetric'
        and metric.get('protocol', PROTOCOL) == PROTOCOL
        and metric.get('tolerance', 0) == 0
        and metric.get('prefix') is None
        and not metric.get('format_only', False)
    )


def figures_of(metrics: Mapping[str, float]) -> dict[str, float]:
    """The protocol's figures among those of a test, by their names without it."""
    prefix = f'{PROTOCOL}/'
    return {
        key.removeprefix(prefix): round(float(value), 4) + 0.0  # no −0
        for key, value in metrics.items()
        if key.startswith(prefix)
    }
