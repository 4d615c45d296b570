"""What is examined: a data set as parts of pairs."""

from __future__ import annotations

import glob
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from mmcrack.datasets.pairs import Pair, PairRules, find_pairs, list_files


class Part(NamedTuple):
    """A split (train, test, …), or a class of a set of patches.

    Args:
        name: Of the split or class.
        pairs: Images with their masks, or alone.
        lone: A line for each file without a partner.
        twins: A line for each name that two images, or two masks, share; they are in no pair.
        label_options: Arguments of :func:`mmcrack.datasets.masks.label_from_mask`.
    """

    name: str
    pairs: list[Pair]
    lone: list[str]
    twins: list[str]
    label_options: Mapping[str, Any]


class DataSet(NamedTuple):
    """A data set and how it was recognized.

    Args:
        layout: What it looks like, in words.
        parts: Its parts.
        missing: Folders of the layout that are not there.
        ignored: Folders that were not looked at.
        classes: Whether the parts are classes of patches, not splits.
        pending: Folders of labels that the prerequisites of a config have yet to make.
    """

    layout: str
    parts: list[Part]
    missing: tuple[Path, ...] = ()
    ignored: tuple[Path, ...] = ()
    classes: bool = False
    pending: tuple[Path, ...] = ()


def part_of(
    name: str,
    images: Path,
    masks: Path | None,
    rules: PairRules | None = None,
    label_options: Mapping[str, Any] | None = None,
) -> Part:
    """Pair the files of two folders; names that files share are set aside, not an error.

    Raises:
        FileNotFoundError: a folder is missing.
    """
    rules = rules or PairRules()
    twins = _twins(images, rules.image_suffixes, rules, rules.image_key)
    if masks is not None:
        twins |= _twins(masks, rules.mask_suffixes, rules, rules.mask_key)
    aside = tuple(glob.escape(path.with_suffix('').as_posix()) for path in twins)
    found = find_pairs(images, masks, rules._replace(exclude=(*rules.exclude, *aside)))
    return Part(name, found.pairs, found.lone, list(twins.values()), dict(label_options or {}))


def _twins(
    folder: Path, suffixes: tuple[str, ...], rules: PairRules, key: Callable[[str], str]
) -> dict[Path, str]:
    """Files, by their path below the folder, that share their name with others; a line for each."""
    by_name: dict[Path, list[Path]] = {}
    for path in list_files(folder, suffixes):
        relative = path.relative_to(folder)
        if not rules.excludes(relative):
            by_name.setdefault(relative.parent / key(path.stem), []).append(relative)
    shared = {relative: group for group in by_name.values() if len(group) > 1 for relative in group}
    return {
        relative: f'{folder / relative}: shares its name with '
        + ', '.join(str(folder / other) for other in group if other != relative)
        for relative, group in shared.items()
    }
