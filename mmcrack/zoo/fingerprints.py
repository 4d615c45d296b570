"""Fingerprints of a method and of a test that are the same on every machine."""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mmengine.config import Config

import mmcrack
from mmcrack.engine.jobs import Job
from mmcrack.engine.prerequisites import collect_jobs
from mmcrack.engine.records import fingerprint
from mmcrack.engine.training_run import read_config

_LOADER = ('num_workers', 'persistent_workers', 'pin_memory', 'prefetch_factor')


def method_fingerprint(config: str) -> str:
    """SHA-256 of what decides the method: its config and those of its prerequisites.

    Unlike that in ``training.json`` it does not depend on where the data lie.

    Raises:
        FileNotFoundError: there is no such config, or one of its prerequisites.
    """
    with _without_our_variables():
        cfg = read_config(config)
        return _portable_fingerprint(cfg, collect_jobs(cfg, config))


def evaluation_fingerprint(test_config: str, augmented: bool = False) -> str:
    """SHA-256 of what decides a test besides the weights: data set, pipeline, metrics, model.

    Args:
        test_config: The config's file.
        augmented: Whether it is tested with test-time augmentation.

    Raises:
        FileNotFoundError: there is no such config.
    """
    with _without_our_variables():
        settings = _portable(read_config(test_config).to_dict())
    keys = ('test_dataloader', 'test_evaluator', 'test_cfg')
    keys += ('tta_model', 'tta_pipeline') if augmented else ()
    parts = {key: settings.get(key) for key in keys}
    loader = parts['test_dataloader'] or {}
    parts['test_dataloader'] = {k: v for k, v in loader.items() if k not in _LOADER}
    model = {k: settings[k] for k in ('model', 'data_preprocessor') if settings.get(k)}
    return fingerprint(Config(model), [json.dumps(parts, sort_keys=True, default=repr)])


def _portable_fingerprint(cfg: Config, jobs: Sequence[Job]) -> str:
    inputs = [_portable_fingerprint(job.cfg, job.inputs) for job in jobs]
    return fingerprint(Config(_portable(cfg.to_dict())), inputs)


@contextmanager
def _without_our_variables() -> Iterator[None]:
    """Configs read where data lie from ``MMCRACK_…``; without, they name the same everywhere."""
    ours = [name for name in os.environ if name.startswith('MMCRACK_')]
    hidden = {name: os.environ.pop(name) for name in ours}
    try:
        yield
    finally:
        os.environ.update(hidden)


def _portable(node: Any) -> Any:
    """The same settings with paths from the working directory or the package's root."""
    if isinstance(node, dict):
        return {key: _portable(value) for key, value in node.items()}
    if isinstance(node, list | tuple):
        return [_portable(value) for value in node]
    if isinstance(node, str):
        package = Path(mmcrack.__file__).parent
        for root in (package / '.mim', Path.cwd(), package.parent):
            node = node.replace(f'{root}{os.sep}', '')
    return node
