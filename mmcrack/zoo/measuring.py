"""From a config to its rows: training, tests, figures."""

import argparse
import gc
import os
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from mmengine.config import Config

from mmcrack.engine.machine import this_machine
from mmcrack.engine.preflight import require_checkpoint
from mmcrack.engine.prerequisites import collect_jobs
from mmcrack.engine.prerequisites_option import make_prerequisites
from mmcrack.engine.records import fingerprint, read_record
from mmcrack.engine.training import RECORD
from mmcrack.engine.training_run import TrainingRun, read_config
from mmcrack.utils.download import checksum
from mmcrack.zoo.data import ZooData, load_data
from mmcrack.zoo.fingerprints import evaluation_fingerprint, method_fingerprint
from mmcrack.zoo.labellers import measure_labeller
from mmcrack.zoo.measured import Measured
from mmcrack.zoo.naming import method_name, zoo_options
from mmcrack.zoo.networks import measure_network, require_same_model
from mmcrack.zoo.progress import Progress, named_failures
from mmcrack.zoo.row import Row, read_row, write_row
from mmcrack.zoo.training_time import prerequisites_time, training_time

WORK_DIR = Path('work_dirs/zoo')
THIS, ANOTHER, UNKNOWN = 'this config', 'another state', 'unknown'


@dataclass(frozen=True, kw_only=True)
class Request:
    """What a command line asks for.

    Attributes:
        config: Of a network or a labeller.
        test_configs: Of the data sets; none: the config's own.
        checkpoint: To test; None: train, or go on with the training.
        augmented: Whether to test with test-time augmentation.
        work_dir: Of the training; None: as ``tools/train.py``.
        train_script: ``tools/train.py``.
        rows: Folder of the rows.
    """

    config: str
    test_configs: tuple[str, ...] = ()
    checkpoint: str | None = None
    augmented: bool = False
    work_dir: Path | None = None
    train_script: Path
    rows: Path

    def command(self, test_config: str | None = None) -> str:
        """The command line, or that for the row of one test config alone."""
        chosen = self.test_configs if test_config is None else (test_config,)
        words = ['python', 'tools/analysis_tools/zoo.py', shown(self.config)]
        if chosen and chosen != (self.config,):
            words += ['--test-configs', *map(shown, chosen)]
        words += ['--checkpoint', shown(self.checkpoint)] if self.checkpoint else []
        words += ['--work-dir', shown(str(self.work_dir))] if self.work_dir else []
        words += ['--tta'] if self.augmented else []
        return shlex.join(words)


class Method(NamedTuple):
    """What is measured, once it is there.

    Attributes:
        cfg: The config.
        own_fingerprint: As the records beside products have it.
        checkpoint: To test; None for a labeller, or a model that trains nothing.
        trained_from: As in a :class:`~mmcrack.zoo.row.Row`.
    """

    cfg: Config
    own_fingerprint: str
    checkpoint: str | None
    trained_from: str


def measure(request: Request) -> Iterator[Row]:
    """Make the rows that are asked for; each is written before it is given.

    What can fail early does, before a training starts. Interrupted, the same request goes on.

    Raises:
        FileNotFoundError: a config, the checkpoint or a data folder is missing.
        ValueError: the config or a test config does not fit.
        RuntimeError: the training or a test failed; names the config and the log.
    """
    cfg = read_config(request.config)
    zoo_options(cfg, request.config)
    _check(request, cfg)
    test_configs = request.test_configs or (request.config,)
    data = [load_data(read_config(path), path, request.augmented) for path in test_configs]
    _check_data(request, cfg, data)
    method_sha256 = method_fingerprint(request.config)
    progress = Progress(WORK_DIR, request.command())
    method = _prepare(request, cfg)
    for part in data:
        states = {
            'config_sha256': method_sha256,
            'test_sha256': evaluation_fingerprint(part.config, request.augmented),
            'checkpoint_sha256': method.checkpoint and checksum(Path(method.checkpoint)),
        }
        name = part.file_name(shown(request.config))
        row = read_row(request.rows / name) if name in progress.done else None
        if row is None or any(getattr(row, key) != value for key, value in states.items()):
            row = _row(request, method, part, states, read_row(request.rows / name))
            write_row(request.rows, row)
            progress.add(name)
            gc.collect()  # the Runner is a web of references
        yield row
    progress.finish()


def _check(request: Request, cfg: Config) -> None:
    """Raise where what is asked for does not fit the method."""
    if cfg.get('label_pipeline') and request.checkpoint:
        raise ValueError(f'{request.config}: a labeller names its checkpoints itself')
    if cfg.get('label_pipeline') and request.augmented:
        raise ValueError(f'{request.config}: a labeller has no test-time augmentation')
    if request.checkpoint:
        require_checkpoint('--checkpoint', request.checkpoint)


def _check_data(request: Request, cfg: Config, data: list[ZooData]) -> None:
    """Raise where data sets do not fit the method, or each other."""
    first: dict[str, str] = {}
    for part in data:
        if not cfg.get('label_pipeline'):
            require_same_model(cfg, request.config, part)
        other = first.setdefault(part.file_name(request.config), part.config)
        if other is not part.config:
            raise ValueError(
                f'{other} and {part.config}: both test on {part.name}, {part.split}; give one'
            )


def _prepare(request: Request, cfg: Config) -> Method:
    """Make what is measured: train, or make what a labeller needs."""
    jobs = collect_jobs(cfg, request.config)
    own = fingerprint(cfg, [job.fingerprint for job in jobs])
    if cfg.get('label_pipeline'):
        with named_failures(request.config, work_folder(request.config) / 'error.log'):
            make_prerequisites(
                cfg, argparse.Namespace(config=request.config, no_prerequisites=False)
            )
        return Method(cfg, own, None, THIS)
    if request.checkpoint:
        record = read_record(Path(request.checkpoint).parent / RECORD)
        same = record is not None and record['config_sha256'] == own
        return Method(
            cfg, own, request.checkpoint, THIS if same else ANOTHER if record else UNKNOWN
        )
    if cfg.get('train_dataloader') is None:
        return Method(cfg, own, None, THIS)
    return Method(cfg, own, _train(request, cfg, own), THIS)


def _train(request: Request, cfg: Config, own_fingerprint: str) -> str:
    """The last checkpoint of the config's training, which is made or gone on with."""
    run = TrainingRun(
        config=request.config,
        work_dir=request.work_dir or Path(cfg.work_dir),
        fingerprint=own_fingerprint,
        script=request.train_script,
    )
    if not run.finished():
        try:
            run.train()
        except RuntimeError as error:
            raise RuntimeError(f'{request.config}: {error}') from error
        run.finished()  # raises where the config was changed in between
    checkpoint = run.work_dir / read_record(run.work_dir / RECORD)['checkpoint']
    require_checkpoint(f'the last checkpoint of {request.config}', str(checkpoint))
    return str(checkpoint)


def _row(
    request: Request, method: Method, data: ZooData, states: dict[str, Any], earlier: Row | None
) -> Row:
    """Measure one data set; what the untrained network scored is kept where it still holds."""
    keys = ('config_sha256', 'test_sha256')
    same = earlier is not None and all(getattr(earlier, key) == states[key] for key in keys)
    config, cfg = request.config, method.cfg
    folder = work_folder(config)
    with named_failures(f'{config} on {data.config}', folder / 'error.log'):
        found = _measured(method, data, folder)
        training = method.checkpoint and training_time(Path(method.checkpoint))
        before = prerequisites_time(collect_jobs(cfg, config))
    return Row(
        method=method_name(cfg, config),
        kind='labels' if cfg.get('label_pipeline') else 'network',
        config=shown(config),
        test_config=shown(data.config),
        data_set=data.name,
        split=data.split,
        images=len(data.dataset),
        augmented=data.augmented,
        **found._asdict(),
        training=training,
        prerequisites=before,
        machine=this_machine(),
        command=request.command(data.config),
        date=date.today().isoformat(),
        note=zoo_options(cfg, config).get('note', ''),
        untrained=earlier.untrained if same else None,
        trained_from=method.trained_from,
        **states,
    )


def _measured(method: Method, data: ZooData, folder: Path) -> Measured:
    if method.cfg.get('label_pipeline'):
        out = folder / 'labels' / Path(data.file_name('labels')).stem
        return measure_labeller(method.cfg, method.own_fingerprint, data, out)
    return measure_network(data, method.checkpoint, folder)


def work_folder(config: str) -> Path:
    """Where the tests of a config leave their logs."""
    return WORK_DIR / '.'.join(Path(config).with_suffix('').parts[-2:])


def shown(path: str) -> str:
    """A path as the page shows it: below the working directory, or its name alone."""
    relative = os.path.relpath(path)
    if not os.path.isabs(path):
        return Path(path).as_posix()
    return Path(path).name if relative.startswith('..') else Path(relative).as_posix()
