"""A training in a process of its own, that the same command goes on with."""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mmengine.config import Config

from .cli import add_common_options, load_config
from .records import read_record
from .training import RECORD


def read_config(config: str, options: Sequence[str] = ()) -> Config:
    """A config as ``tools/train.py`` reads it.

    Args:
        config: Its file.
        options: ``KEY=VALUE``, as for ``--cfg-options``.

    Raises:
        FileNotFoundError: there is no such config.
        KeyError: an option names no setting.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument('config')
    add_common_options(parser)
    extra = ['--cfg-options', *options] if options else []
    return load_config(parser.parse_args([config, *extra]))


@dataclass(frozen=True, kw_only=True)
class TrainingRun:
    """One training of a config.

    Args:
        config: The config file.
        work_dir: Its folder.
        fingerprint: Of the config, as ``training.json`` has it.
        script: ``tools/train.py``.
        options: Its ``--cfg-options``.
    """

    config: str
    work_dir: Path
    fingerprint: str
    script: Path
    options: list[str] = field(default_factory=list)

    @property
    def command(self) -> list[str]:
        """The command that trains, or goes on with the training."""
        where = ['--work-dir', str(self.work_dir), '--resume']
        options = ['--cfg-options', *self.options] if self.options else []
        return [sys.executable, str(self.script), self.config, *where, *options]

    @property
    def log(self) -> Path:
        """Where :meth:`train` puts its output."""
        return self.work_dir / 'train.log'

    def finished(self) -> bool:
        """Whether it is done.

        Raises:
            ValueError: The folder holds a training of another config.
        """
        record = read_record(self.work_dir / RECORD)
        if record is None:
            return False
        if record['config_sha256'] != self.fingerprint:
            raise ValueError(
                f'{self.work_dir}: trained with another state of {self.config}; delete it or give '
                'another --work-dir'
            )
        return record['finished']

    def train(self) -> None:
        """Train to the end.

        Raises:
            RuntimeError: It failed.
        """
        self.work_dir.mkdir(parents=True, exist_ok=True)
        with self.log.open('a') as file:
            status = subprocess.run(self.command, stdout=file, stderr=subprocess.STDOUT).returncode
        if status:
            raise RuntimeError(f'{self.work_dir}: training failed, see {self.log}')
