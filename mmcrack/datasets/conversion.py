"""Conversion of published data sets to one layout: ``PART/images`` and ``PART/masks``.

Everything is checked before anything is written, and the new folder appears at once: it is
written beside its place and moved there when it is complete.
"""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
from mmengine.utils import track_iter_progress
from PIL import Image

from mmcrack.datasets.crack_dataset import CrackDataset
from mmcrack.datasets.masks import label_from_mask, read_mask
from mmcrack.datasets.pairs import (
    Pair,
    PairRules,
    find_pairs,
    pair_problem,
    pair_problems,
    report,
)


class ConversionError(ValueError):
    """The source has problems; the message lists them, a line each."""


class MaskValues(NamedTuple):
    """How stored mask values become cracks; see :func:`mmcrack.datasets.masks.label_from_mask`."""

    threshold: float | None = None
    invert: bool = False


def plan(
    source: Path,
    parts: Mapping[str, tuple[str, str]],
    rules: PairRules,
    *,
    values: MaskValues = MaskValues(),  # noqa: B008 (immutable)
    skip_unpaired: bool = False,
    shown: int = 20,
) -> tuple[dict[str, list[Pair]], list[str]]:
    """Find the pairs of all parts and check every file of them.

    Args:
        source: Folder of the published data set.
        parts: Part → its image and mask folders below ``source``.
        rules: How the files are named.
        values: What the masks must hold.
        skip_unpaired: Leave out images without a mask and masks without an image.
        shown: How many problems the error lists.

    Returns:
        Part → its pairs, and the lines for files left out.

    Raises:
        ConversionError: files or folders are missing or unreadable, a mask has another size than
            its image or other values, or two pairs would be written to one name.
    """
    pairs, lone, problems = {}, [], []
    for part, (images, masks) in parts.items():
        try:
            found = find_pairs(source / images, source / masks, rules)
        except (FileNotFoundError, ValueError) as error:
            problems.append(str(error))
            continue
        if not found.pairs:
            problems.append(_no_pairs(source, images, masks, rules))
        pairs[part] = found.pairs
        lone += found.lone
        problems += _collisions(found.pairs)
        problems += pair_problems(found.pairs, lambda pair: _problem(pair, values))
    if not skip_unpaired:
        problems = lone + problems
    if problems:
        raise ConversionError(f'{len(problems)} problems:\n{report(problems, shown)}')
    return pairs, lone


def _no_pairs(source: Path, images: str, masks: str, rules: PairRules) -> str:
    return (
        f'{source / images}: no images ({", ".join(rules.image_suffixes)}) with masks '
        f'({", ".join(rules.mask_suffixes)}) in {source / masks}'
    )


def _file_name(pair: Pair) -> str:
    return Path(pair.name).name


def _collisions(pairs: list[Pair]) -> list[str]:
    first: dict[str, Pair] = {}
    return [
        f'{pair.image}: would have the name of {first[_file_name(pair)].image}'
        for pair in pairs
        if first.setdefault(_file_name(pair), pair) is not pair
    ]


def _binary_mask(path: Path, values: MaskValues) -> np.ndarray:
    label = label_from_mask(read_mask(path), path, **values._asdict())
    return (label * 255).astype(np.uint8)


def _problem(pair: Pair, values: MaskValues) -> str | None:
    return pair_problem(
        pair, decode=True, check_mask=lambda pair: _binary_mask(pair.mask, values).shape
    )


def write(out: Path, pairs: Mapping[str, list[Pair]], values: MaskValues) -> None:
    """Write the normal layout: images byte for byte, masks as 8-bit PNG files of 0 and 255.

    Args:
        out: Folder to make; must not exist, or be empty.
        pairs: Part → its pairs.
        values: How stored mask values become cracks.

    Raises:
        FileExistsError: ``out`` holds something.
    """
    require_free(out)
    partial = out.parent / f'.{out.name}.{os.getpid()}.partial'
    try:
        for part, members in pairs.items():
            for folder in ('images', 'masks'):
                (partial / part / folder).mkdir(parents=True)
            for pair in track_iter_progress(members):
                _write_pair(partial / part, pair, values)
        os.replace(partial, out)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def require_free(out: Path) -> None:
    """Refuse a folder that holds something.

    Raises:
        FileExistsError: it does.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise FileExistsError(f'{out}: exists already; remove it or name another folder')


def _write_pair(folder: Path, pair: Pair, values: MaskValues) -> None:
    name = _file_name(pair)
    shutil.copyfile(pair.image, folder / 'images' / (name + pair.image.suffix.lower()))
    Image.fromarray(_binary_mask(pair.mask, values)).save(folder / 'masks' / f'{name}.png')


def convert(
    dataset: type[CrackDataset],
    source: Path,
    out: Path,
    *,
    parts: Mapping[str, tuple[str, str]] | None = None,
    exclude: tuple[str, ...] = (),
    threshold: float | None = None,
    skip_unpaired: bool = False,
    dry_run: bool = False,
    shown: int = 20,
) -> tuple[dict[str, int], list[str]]:
    """Convert a published data set.

    Args:
        dataset: Its class, which knows the folders and names.
        source: Its folder.
        out: Folder to make.
        parts: Part → image and mask folders, where a release differs from ``dataset.PARTS``.
        exclude: Further patterns of names to leave out.
        threshold: Makes masks with other values hard: crack where value / 255 > threshold.
        skip_unpaired: Leave out images without a mask and masks without an image.
        dry_run: Check only.
        shown: How many problems the error lists.

    Returns:
        Part → number of pairs, and the lines for files left out.

    Raises:
        ConversionError: the source has problems. Nothing has been written.
        FileExistsError: ``out`` holds something.
    """
    require_free(out)
    values = MaskValues(threshold, dataset.INVERTED)
    rules = dataset.pair_rules(exclude=(*dataset.EXCLUDE, *exclude))
    pairs, lone = plan(
        source,
        parts or dataset.PARTS,
        rules,
        values=values,
        skip_unpaired=skip_unpaired,
        shown=shown,
    )
    if not dry_run:
        write(out, pairs, values)
    return {part: len(members) for part, members in pairs.items()}, lone
