"""Pairs of images and masks: finding them in folders, reading them from lists, checking them."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

from mmcrack.datasets.masks import check_decodes, check_same_size, file_size

IMAGE_SUFFIXES = ('.jpg', '.jpeg', '.png', '.bmp', '.tif', '.tiff')
MASK_SUFFIXES = ('.png', '.bmp', '.tif', '.tiff', '.jpg', '.jpeg', '.mat')
_SHOWN = 10


class Pair(NamedTuple):
    """An image, its mask (None in an unlabelled set) and the name that pairs them.

    The name is a relative path without suffix, with ``/`` on every system.
    """

    image: Path
    mask: Path | None
    name: str


class Pairing(NamedTuple):
    """What a search found: pairs in the order of their names, and a line for each lone file."""

    pairs: list[Pair]
    lone: list[str]


class PairRules(NamedTuple):
    """How a data set names its files.

    Args:
        image_suffixes: Lower-case suffixes of images.
        mask_suffixes: Lower-case suffixes of masks.
        exclude: Patterns (``*``, ``?``) of names to leave out, with or without their folder.
        image_key: What an image's stem is paired by.
        mask_key: What a mask's stem is paired by.
    """

    image_suffixes: Sequence[str] = IMAGE_SUFFIXES
    mask_suffixes: Sequence[str] = MASK_SUFFIXES
    exclude: Sequence[str] = ()
    image_key: Callable[[str], str] = str
    mask_key: Callable[[str], str] = str

    def excludes(self, relative: Path) -> bool:
        """Whether a file, given by its path below the folder, is left out."""
        path = relative.with_suffix('')
        return any(
            fnmatchcase(text, pattern)
            for pattern in self.exclude
            for text in (path.name, path.as_posix())
        )


def list_files(folder: Path, suffixes: Sequence[str]) -> list[Path]:
    """Files below ``folder`` with one of the suffixes (in any case), sorted; hidden ones left out.

    Raises:
        FileNotFoundError: there is no such folder.
    """
    if not folder.is_dir():
        raise FileNotFoundError(
            f'{folder}: no such folder; docs/datasets.md says where data sets are looked for'
        )
    found = [
        path
        for path in folder.rglob('*')
        if path.suffix.lower() in suffixes and not path.name.startswith('.') and path.is_file()
    ]
    return sorted(found, key=lambda path: path.relative_to(folder).as_posix())


def _by_name(
    folder: Path, suffixes: Sequence[str], rules: PairRules, key: Callable[[str], str]
) -> dict[str, Path]:
    files: dict[str, Path] = {}
    for path in list_files(folder, suffixes):
        relative = path.relative_to(folder)
        if rules.excludes(relative):
            continue
        name = (relative.parent / key(path.stem)).as_posix()
        if name in files:
            raise ValueError(f'{files[name]} and {path}: two files for one name; keep one of them')
        files[name] = path
    return files


def find_pairs(image_dir: Path, mask_dir: Path | None, rules: PairRules | None = None) -> Pairing:
    """Pair the images of one folder with the masks of another by their names.

    Args:
        image_dir: Folder of the images, searched with its subfolders.
        mask_dir: Folder of the masks, of the same inner structure; None: no masks.
        rules: How the files are named.

    Raises:
        FileNotFoundError: a folder is missing.
        ValueError: two images, or two masks, have one name.
    """
    rules = rules or PairRules()
    images = _by_name(image_dir, rules.image_suffixes, rules, rules.image_key)
    if mask_dir is None:
        return Pairing([Pair(path, None, name) for name, path in images.items()], [])
    masks = _by_name(mask_dir, rules.mask_suffixes, rules, rules.mask_key)
    lone = [
        f'{path}: has no mask {name} ({", ".join(rules.mask_suffixes)}) in {mask_dir}'
        for name, path in images.items()
        if name not in masks
    ]
    lone += [
        f'{path}: has no image {name} ({", ".join(rules.image_suffixes)}) in {image_dir}'
        for name, path in masks.items()
        if name not in images
    ]
    return Pairing(
        [Pair(path, masks[name], name) for name, path in images.items() if name in masks], lone
    )


def _resolve(folder: Path, name: str, suffixes: Sequence[str]) -> Path:
    """The file that a list means by ``name``, whether or not the suffix is written."""
    path = folder / name
    if path.suffix.lower() in suffixes:
        return path
    candidates = [path.with_name(path.name + suffix) for suffix in suffixes]
    return next((candidate for candidate in candidates if candidate.is_file()), candidates[0])


def _split_line(line: str, mask_suffixes: Sequence[str]) -> tuple[str, str | None]:
    image, _, mask = line.strip().rpartition(' ')
    if image and Path(mask).suffix.lower() in mask_suffixes and Path(image).suffix:
        return image.strip(), mask
    return line.strip(), None


def read_pair_list(
    list_file: Path,
    image_dir: Path,
    mask_dir: Path | None,
    rules: PairRules | None = None,
    *,
    listed_masks: bool = True,
) -> Pairing:
    """Read pairs from a text file.

    A line names an image and its mask, as Crack500's published lists do
    (``train_img/11111.jpg train_lab/11111.png``), or an image alone, with its suffix or
    without; the mask then has the same name.

    Args:
        list_file: The list; empty lines are passed over.
        image_dir: Folder that image paths start from.
        mask_dir: Folder that mask paths start from; None: no masks.
        rules: Suffixes to try where a line has none, and names to leave out.
        listed_masks: False: pass over the masks that the list names and look for
            ``mask_dir/<image path>`` instead, for labels made by a pseudo labeller.

    Raises:
        FileNotFoundError: there is no such list.
        ValueError: a line gives an absolute path.
    """
    if not list_file.is_file():
        raise FileNotFoundError(f'{list_file}: no such list of files')
    rules = rules or PairRules()
    pairs, lone = [], []
    lines = list_file.read_text(encoding='utf-8-sig').splitlines()
    for name, mask_name in (_split_line(line, rules.mask_suffixes) for line in lines):
        if not name or rules.excludes(Path(name)):
            continue
        if Path(name).is_absolute():
            raise ValueError(f'{list_file}: {name} must be relative to {image_dir}')
        image, mask = _resolve(image_dir, name, rules.image_suffixes), None
        stem = image.relative_to(image_dir).with_suffix('').as_posix()
        if mask_dir is not None:
            mask_name = mask_name if listed_masks and mask_name else stem
            mask = _resolve(mask_dir, mask_name, rules.mask_suffixes)
        missing = [path for path in (image, mask) if path is not None and not path.is_file()]
        lone += [f'{path}: no such file, needed for {name} of {list_file}' for path in missing]
        if not missing:
            pairs.append(Pair(image, mask, stem))
    return Pairing(pairs, lone)


def pair_problem(
    pair: Pair, *, decode: bool, check_mask: Callable[[Pair], tuple[int, int]] | None = None
) -> str | None:
    """What is wrong with a pair's files, or None.

    Args:
        pair: The pair.
        decode: Whether to decode the image, not only read its header.
        check_mask: Checks the mask's content and returns its (height, width); without it only
            its size is read.
    """
    try:
        image_size = file_size(pair.image)
        if decode:
            check_decodes(pair.image)
        if pair.mask is not None:
            mask_size = check_mask(pair) if check_mask else file_size(pair.mask)
            check_same_size(pair.mask, mask_size, image_size)
    except (ValueError, FileNotFoundError) as error:
        return str(error)
    return None


def pair_problems(pairs: Iterable[Pair], check: Callable[[Pair], str | None]) -> list[str]:
    """Check many pairs, a few at a time; the problems in the pairs' order."""
    with ThreadPoolExecutor(max_workers=4) as pool:  # image decoders release Python's lock
        return [problem for problem in pool.map(check, pairs) if problem]


def report(problems: Sequence[str], limit: int = _SHOWN) -> str:
    """The first problems, a line each, and how many more there are."""
    shown = list(problems[:limit])
    if len(problems) > limit:
        shown.append(f'… and {len(problems) - limit} more')
    return '\n'.join(shown)
