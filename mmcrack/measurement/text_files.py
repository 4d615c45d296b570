"""Text files that appear at once or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def open_atomically(path: Path) -> Iterator[IO[str]]:
    """Open a text file to write; it appears under its name when the block ends without an error.

    The folder is made where it is missing.

    Raises:
        OSError: the file cannot be written; the message names it.
    """
    partial = path.with_name(f'.{path.name}.{os.getpid()}.partial')
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open('w', encoding='utf-8', newline='') as file:
            yield file
        os.replace(partial, path)
    except OSError as error:
        raise OSError(f'{path}: cannot be written ({error.strerror or error})') from error
    finally:
        if partial.parent.is_dir():
            partial.unlink(missing_ok=True)
