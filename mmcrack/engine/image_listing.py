"""The photographs that a user points at."""

import glob
from collections.abc import Iterable
from pathlib import Path

IMAGE_SUFFIXES = ('.bmp', '.jpeg', '.jpg', '.png', '.tif', '.tiff', '.webp')


def list_images(images: str, *, recursive: bool = False) -> dict[str, Path]:
    """Find the photographs of a folder or of a glob pattern.

    Args:
        images: folder, pattern (``'photos/*.jpg'``) or single file.
        recursive: also look into the folders below a folder.

    Returns:
        The files by the name of their label without suffix, sorted: the stem, below the same
        subfolder for a recursive listing.

    Raises:
        FileNotFoundError: nothing is there.
        ValueError: two photographs would share a label.
    """
    by_stem: dict[str, Path] = {}
    for path, relative in image_files(images, recursive=recursive).items():
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
