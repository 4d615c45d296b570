"""A folder that ranks fill together, with a record of what its files were made from.

Labels, predictions and figures are kept alike: the ranks may share one file system or have one
per machine, any of them may be killed at any time, and the same command goes on.
"""

import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from mmengine.dist import all_gather_object, get_dist_info

from .records import read_record, write_record

ADVICE = 'make room or give another folder, and run the same command again'


class ProductFolder:
    """Prepares a folder before the ranks fill it, and completes its record after.

    The record says ``finished: false`` from the first moment, and gets its last entries, among
    them ``unreadable``, at the end. Subclasses say which earlier files are in the way.

    Args:
        out: the folder; made when missing.
        record: what its files are made from.
    """

    record_name: str
    error: type[OSError] = OSError

    def __init__(self, out: Path, record: dict[str, Any]) -> None:
        self.out = out
        self.record = record

    @property
    def record_path(self) -> Path:
        """The file of the record."""
        return self.out / self.record_name

    def check(self, earlier: dict[str, Any] | None) -> None:
        """Raise FileExistsError where the folder holds files of another origin.

        Args:
            earlier: the record that is there, None where there is none.
        """

    def stale(self, earlier: dict[str, Any] | None) -> Iterable[Path]:
        """Files to be removed, once :meth:`check` allows it."""
        return ()

    def first_record(self, earlier: dict[str, Any] | None) -> dict[str, Any]:
        """What the record says while the work goes on."""
        return {**self.record, 'finished': False}

    def prepare(self) -> None:
        """Check the folder, remove what is stale, and begin the record, on all ranks together.

        Raises:
            FileExistsError: see :meth:`check`.
            OSError: the folder cannot be written to; of the class in ``error``.
        """
        on_each_file_system(self._prepare)

    def finish(self, ending: dict[str, Any], *, on_first: dict[str, Any] | None = None) -> None:
        """Complete the record, on all ranks together.

        Args:
            ending: its last entries, with ``finished`` and ``unreadable``.
            on_first: further ones, for the file system of the first rank.
        """
        extra = on_first or {}

        def complete() -> None:
            there = read_record(self.record_path)
            if there is not None and not _came_to_its_end(there):
                first = extra if get_dist_info()[0] == 0 else {}
                write_record(self.record_path, {**there, **first, **ending})

        on_each_file_system(complete)

    def _prepare(self) -> None:
        earlier = read_record(self.record_path)
        self.check(earlier)
        first = json.loads(json.dumps(self.first_record(earlier)))
        try:
            partials = list(self.out.rglob('.*.partial'))
            if earlier == first and not partials:
                return  # by another rank, or by a run that was killed
            self.out.mkdir(parents=True, exist_ok=True)
            for path in (*partials, *self.stale(earlier)):
                path.unlink(missing_ok=True)
            write_record(self.record_path, first)
        except OSError as error:
            reason = error.strerror or error
            raise self.error(f'{self.out}: cannot be written to ({reason}); {ADVICE}') from error


def on_each_file_system(act: Callable[[], None]) -> None:
    """Run ``act`` on the first rank, and then on the first rank of every machine.

    Where the machines share a file system, the second round finds the work done: ``act`` has to
    look. An error of any rank is raised on all of them, so that none waits for the others.
    """
    for leads in (get_dist_info()[0] == 0, os.environ.get('LOCAL_RANK', '0') == '0'):
        error = _error_of(act) if leads else None
        first = next((e for e in all_gather_object(error) if e is not None), None)
        if first is not None:
            raise error or first


def _error_of(act: Callable[[], None]) -> Exception | None:
    try:
        act()
    except Exception as error:
        return error
    return None


def _came_to_its_end(record: dict[str, Any]) -> bool:
    return record['finished'] or 'unreadable' in record
