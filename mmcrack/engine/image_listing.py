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
    root = Path(images)
    if root.is_dir():
        found: Iterable[Path] = root.rglob('*') if recursive else root.iterdir()
    else:
        found = (Path(name) for name in glob.glob(images, recursive=True))
    by_stem: dict[str, Path] = {}
    for path in sorted(p for p in found if p.suffix.lower() in IMAGE_SUFFIXES and p.is_file()):
        relative = path.relative_to(root) if root.is_dir() else Path(path.name)
        stem = relative.with_suffix('').as_posix()
        if stem in by_stem:
            raise ValueError(
                f'{path} and {by_stem[stem]}: both labels would be {stem}.png; rename one of them'
            )
        by_stem[stem] = path
    if not by_stem:
        kinds = ', '.join(IMAGE_SUFFIXES)
        raise FileNotFoundError(f'{images}: no images there ({kinds})')
    return by_stem
