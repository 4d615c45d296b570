"""Which photographs are to be predicted, and what their predictions are called."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from mmcrack.engine.image_listing import image_files

from .outputs import FOLDERS


def find_photographs(
    images: Sequence[str], out: str | Path, *, recursive: bool = False
) -> dict[str, Path]:
    """Find the photographs of several folders, patterns and files.

    A photograph is called by its stem, below the same subfolder for a recursive listing. Where
    two would have one name, both take in as many folders above them as it needs, and the suffix
    where they lie in one folder: ``a/1`` and ``b/1``, ``1.jpg`` and ``1.png``.

    Args:
        images: Folders, glob patterns and files.
        out: Folder of the predictions; those of an earlier run are no photographs.
        recursive: Also look into the folders below a folder.

    Returns:
        The files by name, sorted by name.

    Raises:
        FileNotFoundError: one of ``images`` holds none.
        ValueError: two lie in one folder and differ in case only.
    """
    written = tuple(Path(out).resolve() / folder for folder in FOLDERS.values())
    names: dict[Path, Path] = {}
    for entry in images:
        for path, relative in image_files(entry, recursive=recursive).items():
            resolved = path.resolve()
            if not any(folder in resolved.parents for folder in written):
                names.setdefault(resolved, relative)
    if not names:
        raise FileNotFoundError(f'{", ".join(images)}: nothing but predictions of an earlier run')
    return dict(sorted((name, path) for path, name in _unique(names).items()))


def _unique(names: dict[Path, Path]) -> dict[Path, str]:
    """Names by file, of the wished ones by file."""
    result = {path: name.with_suffix('').as_posix() for path, name in names.items()}
    for group in _alike(result):
        folders = [path.parent for path in group]
        for path in group:
            if folders.count(path.parent) > 1:
                result[path] = names[path].as_posix()
    depth = 0
    while alike := _alike(result):
        depth += 1
        for path in (path for group in alike for path in group):
            if depth >= len(path.parts):
                raise ValueError(f'{path}: the name of another photograph but for its case; rename')
            result[path] = Path(*path.parts[-depth - 1 : -1], Path(result[path]).name).as_posix()
    return result


def _alike(result: dict[Path, str]) -> list[list[Path]]:
    """Groups of files with one name, case aside: some file systems do not keep them apart."""
    groups: dict[str, list[Path]] = defaultdict(list)
    for path, name in result.items():
        groups[name.casefold()].append(path)
    return [group for group in groups.values() if len(group) > 1]
