"""Files that appear under their names at once or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def open_atomically(path: Path, *, binary: bool = False) -> Iterator[IO]:
    """Open a file to write; it appears under its name when the block ends without an error.

    Until then it is ``.NAME.PID.partial``. The folder is made where it is missing; text is UTF-8
    with the line ends that are written.

    Raises:
        OSError: the file cannot be written; the message names it.
    """
    partial = path.with_name(f'.{path.name}.{os.getpid()}.partial')
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        text = {} if binary else dict(encoding='utf-8', newline='')
        with partial.open('wb' if binary else 'w', **text) as file:
            yield file
        os.replace(partial, path)
    except OSError as error:
        raise OSError(
            f'{path}: cannot be written ({error.strerror or error}); nothing incomplete is left. '
            'Make room or choose another folder, and run the same command again'
        ) from error
    finally:
        if partial.parent.is_dir():
            partial.unlink(missing_ok=True)


def write_atomically(path: Path, content: bytes | str) -> None:
    """Write a file at once or not at all, as :func:`open_atomically`."""
    with open_atomically(path, binary=isinstance(content, bytes)) as file:
        file.write(content)
