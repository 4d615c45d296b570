"""The jobs that a config's ``prerequisites`` ask for: trainings and label folders."""

import copy
import os
import shlex
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mmengine.config import Config
from mmengine.dist import barrier, get_rank, master_only

from . import label_generation, training
from .image_listing import list_images
from .ranks import prepare_ranks
from .records import fingerprint, read_record
from .resuming import has_checkpoints

_SAVED_BY_THE_RUNNER = ('best_', 'epoch_', 'iter_')


@dataclass
class Job:
    """One prerequisite, with those of its own config.

    Attributes:
        config: the config file.
        cfg: what is in it, with ``options`` applied.
        options: its ``cfg_options``.
        inputs: the jobs whose products it is made from.
    """

    config: str
    cfg: Config
    options: Mapping[str, Any]
    inputs: list['Job']
    fingerprint: str = field(init=False)

    def __post_init__(self) -> None:
        self.fingerprint = fingerprint(self.cfg, (job.fingerprint for job in self.inputs))

    @property
    def product(self) -> Path:
        """The file or folder that the job makes."""
        raise NotImplementedError

    def why_run(self) -> str | None:
        """Why the product must be made; None where it is there and made from this config."""
        raise NotImplementedError

    def run(self, launcher: str) -> None:
        """Make the product, on all ranks."""
        raise NotImplementedError

    def command(self, launcher: str, ranks: int) -> str:
        """The command line that does the same."""
        raise NotImplementedError

    def _options_on_command_line(self) -> list[str]:
        pairs = [f'{key}={_as_option(value)}' for key, value in _flat(self.options)]
        return ['--cfg-options', *pairs] if pairs else []


@dataclass
class TrainJob(Job):
    """A training; the product is a checkpoint, its folder the work directory.

    The checkpoint is one that the Runner saves (``epoch_20.pth``), or any other name, under which
    the last one is then found.
    """

    checkpoint: Path = field(kw_only=True)

    @property
    def product(self) -> Path:
        """The checkpoint."""
        return self.checkpoint

    @property
    def work_dir(self) -> Path:
        """Where the training keeps its files."""
        return self.checkpoint.parent

    def why_run(self) -> str | None:
        """Compare ``training.json`` with the config."""
        record = read_record(self.work_dir / training.RECORD)
        if record is None:
            if self.checkpoint.is_file():
                return None  # put there by the user
            return f'{self.checkpoint} is missing'
        if record['config_sha256'] != self.fingerprint:
            return f'{self.checkpoint} was made from another config'
        if not record['finished']:
            return f'the training of {self.checkpoint} was interrupted; it goes on'
        self._publish(record)
        return None if self.checkpoint.is_file() else f'{self.checkpoint} is missing'

    def run(self, launcher: str) -> None:
        """Train; go on where an interrupted training of the same config stopped."""
        cfg = copy.deepcopy(self.cfg)
        cfg.launcher, cfg.work_dir = launcher, str(self.work_dir)
        cfg.resume = self._set_aside_others() and has_checkpoints(self.work_dir)
        prepare_ranks(cfg)
        training.train(cfg, self.fingerprint)
        record = read_record(self.work_dir / training.RECORD)
        self._publish(record)
        barrier()
        if not self.checkpoint.is_file():
            raise FileNotFoundError(
                f'{self.config}: trained, but it saves no {self.checkpoint.name}; the last '
                f'checkpoint is {self.work_dir / record["checkpoint"]}. Name that one in '
                'prerequisites, or a name of your own, such as final.pth'
            )

    def command(self, launcher: str, ranks: int) -> str:
        """``tools/train.py``, by the launcher in use."""
        arguments = ['--work-dir', str(self.work_dir), *self._options_on_command_line()]
        record = read_record(self.work_dir / training.RECORD)
        if record and record['config_sha256'] == self.fingerprint and not record['finished']:
            arguments.append('--resume')
        return launch_command('train', [self.config], arguments, launcher, ranks)

    def _set_aside_others(self) -> bool:
        """Rename a work directory of another config; say whether one of this config is there."""
        record = read_record(self.work_dir / training.RECORD)
        same = record is not None and record['config_sha256'] == self.fingerprint
        barrier()
        if record is not None and not same and get_rank() == 0:
            self.work_dir.rename(_unused_name(self.work_dir))
        barrier()
        return same

    @master_only
    def _publish(self, record: Mapping[str, Any]) -> None:
        """Give the last checkpoint the name that the config asks for."""
        last = self.work_dir / record['checkpoint']
        ours = self.checkpoint.name.startswith(_SAVED_BY_THE_RUNNER)
        if ours or not last.is_file():
            return
        if self.checkpoint.is_file() and os.path.samefile(last, self.checkpoint):
            return
        partial = self.checkpoint.with_name(f'.{self.checkpoint.name}.partial')
        partial.unlink(missing_ok=True)
        try:
            os.link(last, partial)
        except OSError:  # a file system without hard links
            shutil.copyfile(last, partial)
        os.replace(partial, self.checkpoint)


@dataclass
class LabelJob(Job):
    """A folder of labels for a folder of photographs."""

    images: str = field(kw_only=True)
    out: Path = field(kw_only=True)
    recursive: bool = field(kw_only=True, default=False)
    ann_file: str | None = field(kw_only=True, default=None)

    @property
    def product(self) -> Path:
        """The folder."""
        return self.out

    def why_run(self) -> str | None:
        """Compare ``labels.json`` with the config, and the labels with the photographs."""
        stems = set(self._photographs())
        labelled = label_generation.labelled_stems(self.out)
        record = read_record(self.out / label_generation.RECORD)
        if record is not None and record['config_sha256'] != self.fingerprint:
            return f'{self.out} was made from another config'
        missing = stems - labelled - set((record or {}).get('dropped', ()))
        if missing:
            return f'{self.out} lacks {len(missing)} of {len(stems)} labels'
        return None

    def run(self, launcher: str) -> None:
        """Label what has no label yet."""
        cfg = copy.deepcopy(self.cfg)
        cfg.launcher = launcher
        prepare_ranks(cfg)
        record = read_record(self.out / label_generation.RECORD)
        barrier()
        report = label_generation.generate_labels(
            cfg,
            self._photographs(),
            self.out,
            fingerprint=self.fingerprint,
            overwrite=record is not None,
            strict=True,
        )
        if get_rank() == 0:
            print(report)

    def command(self, launcher: str, ranks: int) -> str:
        """``tools/generate_pseudo_labels.py``, by the launcher in use."""
        arguments = ['--images', self.images, '--out', str(self.out)]
        arguments += ['--recursive'] if self.recursive else []
        arguments += ['--ann-file', self.ann_file] if self.ann_file else []
        arguments += ['--overwrite'] if (self.out / label_generation.RECORD).is_file() else []
        arguments += self._options_on_command_line()
        return launch_command('generate_pseudo_labels', [self.config], arguments, launcher, ranks)

    def _photographs(self) -> dict[str, Path]:
        return list_images(self.images, recursive=self.recursive, ann_file=self.ann_file)


def launch_command(
    script: str, positional: list[str], options: list[str], launcher: str, ranks: int
) -> str:
    """The command line of a script under a launcher."""
    here = Path(sys.argv[0])
    folder = here.parent if here.name in ('train.py', 'generate_pseudo_labels.py') else 'tools'
    words = [str(Path(folder, f'{script}.py')), *positional, *options]
    start = ['python']
    if launcher == 'pytorch':
        start = ['torchrun', f'--nproc_per_node={ranks}']
    elif launcher != 'none':
        start = ['srun' if launcher == 'slurm' else 'mpirun', f'-n{ranks}', 'python']
    words += [] if launcher == 'none' else ['--launcher', launcher]
    return shlex.join([*start, *words])


def _flat(options: Mapping[str, Any], prefix: str = '') -> Iterator[tuple[str, Any]]:
    for key, value in options.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f'{prefix}{key}.')
        else:
            yield f'{prefix}{key}', value


def _as_option(value: Any) -> str:
    if isinstance(value, list | tuple):
        inner = ','.join(map(_as_option, value))
        return f'[{inner}]' if isinstance(value, list) else f'({inner})'
    return str(value)


def _unused_name(path: Path) -> Path:
    number = 1
    while (candidate := path.with_name(f'{path.name}.old{number}')).exists():
        number += 1
    return candidate
