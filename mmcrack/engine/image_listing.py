"""The photographs that a user points at."""

import glob
from collections.abc import Iterable
from pathlib import Path

from mmcrack.datasets.pairs import PairRules, read_pair_list, report

IMAGE_SUFFIXES = ('.bmp', '.jpeg', '.jpg', '.png', '.tif', '.tiff', '.webp')


def list_images(
    images: str, *, recursive: bool = False, ann_file: str | None = None
) -> dict[str, Path]:
    """Find the photographs of a folder or of a glob pattern.

    Args:
        images: folder, pattern (``'photos/*.jpg'``) or single file.
        recursive: also look into the folders below a folder.
        ann_file: only those that this list names, as a data set's (see
            :func:`mmcrack.datasets.pairs.read_pair_list`); ``images`` is the folder that its
            paths start from.

    Returns:
        The files by the name of their label without suffix, sorted: the stem, below the same
        subfolder for a recursive listing or a list.

    Raises:
        FileNotFoundError: nothing is there, or something of the list is not.
        ValueError: two photographs would share a label, a line of the list is no path below the
            folder, or a list is given with ``recursive``.
    """
    if ann_file and recursive:
        raise ValueError(f'{ann_file}: a list says itself which folders; leave recursive out')
    if ann_file:
        found = _listed_files(ann_file, images)
    else:
        found = image_files(images, recursive=recursive)
    by_stem: dict[str, Path] = {}
    for path, relative in found.items():
        stem = relative.with_suffix('').as_posix()
        if stem in by_stem:
            raise ValueError(
                f'{path} and {by_stem[stem]}: both labels would be {stem}.png; rename one of them'
            )
        by_stem[stem] = path
    return by_stem


def image_files(images: str, *, recursive: bool = False) -> dict[Path, Path]:
    """Find the photographs of a folder or of a glob pattern, whatever their names.

    Args:
        images: as :func:`list_images`.
        recursive: as :func:`list_images`.

    Returns:
        For each file, sorted, its path below the folder; its bare name where no folder is given.

    Raises:
        FileNotFoundError: nothing is there.
    """
    root = Path(images)
    if root.is_dir():
        found: Iterable[Path] = root.rglob('*') if recursive else root.iterdir()
    elif root.is_file():  # its name may hold brackets
        found = [root]
    else:
        found = (Path(name) for name in glob.glob(images, recursive=True))
    files = sorted(p for p in found if p.suffix.lower() in IMAGE_SUFFIXES and p.is_file())
    if not files:
        kinds = ', '.join(IMAGE_SUFFIXES)
        raise FileNotFoundError(f'{images}: no images there ({kinds})')
    return {path: path.relative_to(root) if root.is_dir() else Path(path.name) for path in files}


def _listed_files(ann_file: str, images: str) -> dict[Path, Path]:
    """The photographs of a list, each with its path below the folder."""
    rules = PairRules(image_suffixes=IMAGE_SUFFIXES)
    listed = read_pair_list(Path(ann_file), Path(images), None, rules)
    if listed.lone:
        raise FileNotFoundError(report(listed.lone))
    if not listed.pairs:
        raise FileNotFoundError(f'{ann_file}: names no image')
    found = {pair.image: pair.image.relative_to(images) for pair in listed.pairs}
    outside = [path for path in found.values() if '..' in path.parts]
    if outside:
        raise ValueError(f'{ann_file}: {outside[0]} must lie below {images}')
    return dict(sorted(found.items()))
