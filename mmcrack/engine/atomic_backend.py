"""MMEngine's local files, written at once or not at all."""

import os
from pathlib import Path

from mmengine.fileio import LocalBackend, register_backend

from mmcrack.utils.atomic_files import open_atomically

ATOMIC = 'mmcrack.atomic'


@register_backend(ATOMIC)
class AtomicLocalBackend(LocalBackend):
    """A ``LocalBackend`` whose files appear under their names when they are complete and on disk.

    ``LocalBackend`` opens the file itself and writes into it: a process that is killed, or a full
    disk, leaves a checkpoint that is cut off under a name that says it is one.
    """

    def put(self, obj: bytes, filepath: str | Path) -> None:
        """Write a file.

        Raises:
            OSError: it cannot be written; the message names it, and nothing incomplete is left.
        """
        with open_atomically(Path(filepath), binary=True) as file:
            file.write(obj)
            _to_disk(file)

    def put_text(self, obj: str, filepath: str | Path, encoding: str = 'utf-8') -> None:
        """Write a text file, as :meth:`put`."""
        self.put(obj.encode(encoding), filepath)


def _to_disk(file) -> None:
    """After a power cut a name may be there and what it names not, unless this came first."""
    file.flush()
    os.fsync(file.fileno())
