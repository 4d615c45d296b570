"""One training: the Runner, and a record of what was trained."""

import itertools
import os
from pathlib import Path

from mmengine.config import Config
from mmengine.dist import barrier, master_only
from mmengine.registry import RUNNERS
from mmengine.runner import Runner, find_latest_checkpoint

from .hooks import CheckpointMatchHook
from .machine import machines_so_far
from .records import write_record
from .resuming import latest_checkpoint

RECORD = 'training.json'
_RUNS = itertools.count()
_FINE_TUNING_MISSING = 0.5  # a new head, a new input layer


def build_runner(cfg: Config, *, max_missing: float = 0.0) -> Runner:
    """Build the Runner of a config that refuses checkpoints of other models.

    Its ``CheckpointHook`` becomes an :class:`~mmcrack.engine.hooks.AtomicCheckpointHook`.

    Args:
        cfg: the complete config, with ``work_dir``.
        max_missing: as :class:`CheckpointMatchHook`.
    """
    _save_atomically(cfg)
    _name_apart(cfg)
    runner = RUNNERS.build(cfg) if 'runner_type' in cfg else Runner.from_cfg(cfg)
    runner.register_hook(CheckpointMatchHook(max_missing))
    return runner


def train(cfg: Config, fingerprint: str) -> None:
    """Train, and keep ``training.json`` in the work directory.

    Args:
        cfg: the complete config, fitted to the ranks. ``resume=True`` goes on from the latest
            checkpoint of the work directory, if there is one.
        fingerprint: of the config as :func:`mmcrack.engine.records.fingerprint` gives it.
    """
    if cfg.get('resume', False):
        _resume_from_latest(cfg)
    if cfg.get('visualizer'):
        cfg.visualizer.pop('name', None)  # an earlier job's of that name would be used again
    runner = build_runner(cfg, max_missing=0.0 if cfg.get('resume') else _FINE_TUNING_MISSING)
    _clear(Path(cfg.work_dir))
    resumed = cfg.get('resume', False)
    machines = machines_so_far(Path(cfg.work_dir, RECORD), resumed=resumed)
    record = {'config': cfg.filename, 'config_sha256': fingerprint, 'machines': machines}
    _record(cfg, {**record, 'finished': False})
    runner.train()
    barrier()  # the first rank writes the last checkpoint
    latest = os.path.basename(find_latest_checkpoint(cfg.work_dir) or '')
    _record(cfg, {**record, 'finished': True, 'checkpoint': latest})
    barrier()


def _name_apart(cfg: Config) -> None:
    """MMEngine keeps states by name, to the second: runs of one second would share theirs."""
    name = cfg.get('experiment_name') or Path(cfg.filename or 'run').stem
    cfg.experiment_name = f'{name}_{next(_RUNS)}'


def _save_atomically(cfg: Config) -> None:
    hooks = cfg.get('default_hooks') or {}
    checkpoint = hooks.get('checkpoint', {'type': 'CheckpointHook'})
    if checkpoint and checkpoint['type'] == 'CheckpointHook':
        atomic = {**checkpoint, 'type': 'mmcrack.AtomicCheckpointHook'}
        cfg.default_hooks = {**hooks, 'checkpoint': atomic}


def _resume_from_latest(cfg: Config) -> None:
    """MMEngine would prefer ``load_from``, the weights that the training once began with."""
    latest = latest_checkpoint(cfg.work_dir)
    if latest is not None:
        cfg.load_from = str(latest)
    elif cfg.get('load_from'):  # interrupted before the first checkpoint
        cfg.resume = False


@master_only
def _clear(work_dir: Path) -> None:
    """Remove what a killed run of this folder was about to write."""
    for partial in work_dir.glob('.*.partial'):
        partial.unlink()


@master_only
def _record(cfg: Config, record: dict) -> None:
    write_record(Path(cfg.work_dir, RECORD), record)
