"""Which rows of a command are done, so that the same command goes on after an interruption."""

import hashlib
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mmcrack.engine.records import read_record, write_record


class Progress:
    """The finished rows of a command, until it has all of them.

    Args:
        folder: Where the record is kept.
        command: The command.
    """

    def __init__(self, folder: Path, command: str) -> None:
        name = hashlib.sha256(command.encode()).hexdigest()[:12]
        self.path = folder / f'unfinished-{name}.json'
        self.command = command
        self.done: list[str] = (read_record(self.path) or {}).get('done', [])

    def add(self, row: str) -> None:
        """Note a row as done."""
        self.done.append(row)
        write_record(self.path, {'command': self.command, 'done': self.done})

    def finish(self) -> None:
        """Forget them: the next time all rows are refreshed."""
        self.path.unlink(missing_ok=True)


@contextmanager
def named_failures(config: str, log: Path) -> Iterator[None]:
    """Turn an error into one that names the config and the log with its traceback.

    Raises:
        RuntimeError: in place of any other error.
    """
    try:
        yield
    except Exception as error:
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text(traceback.format_exc(), encoding='utf-8')
        raise RuntimeError(f'{config}: {type(error).__name__}: {error}; see {log}') from error
