"""Seeded splits that are the same on every machine."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from mmcrack.utils.atomic_files import write_atomically


def seeded_order(names: Iterable[str], seed: int) -> list[str]:
    """Names in an order drawn from the seed: by the SHA-256 digest of ``seed/name``.

    It depends on nothing else: not on the order in which files were found, not on the machine,
    nor on a library's random generator. A name more or less leaves the others' order as it is.
    """
    return sorted(names, key=lambda name: hashlib.sha256(f'{seed}/{name}'.encode()).digest())


def split_names(
    names: Iterable[str], sizes: Mapping[str, int | None], seed: int
) -> dict[str, list[str]]:
    """Deal names out to parts of given sizes.

    Args:
        names: Distinct names.
        sizes: Part → its number of names; None for one part: all that remain.
        seed: Another seed, another split.

    Returns:
        Part → its names, sorted.

    Raises:
        ValueError: the sizes do not fit the number of names.
    """
    order = seeded_order(names, seed)
    fixed = sum(size for size in sizes.values() if size is not None)
    open_parts = sum(size is None for size in sizes.values())
    if open_parts > 1:
        raise ValueError('Only one part can take all names that remain')
    if fixed > len(order) or (not open_parts and fixed != len(order)):
        wanted = '+'.join('rest' if size is None else str(size) for size in sizes.values())
        raise ValueError(f'{len(order)} names cannot be split {wanted}')
    parts, start = {}, 0
    for part, size in sizes.items():
        end = start + (len(order) - fixed if size is None else size)
        parts[part] = sorted(order[start:end])
        start = end
    return parts


def stratified_split(
    strata: Mapping[str, Iterable[str]], ratio: Sequence[int] = (3, 1, 1), seed: int = 0
) -> dict[str, list[str]]:
    """Split each stratum train : val : test by a ratio; what does not divide goes to train.

    Args:
        strata: Stratum → its names.
        ratio: Parts of train, val and test.
        seed: Another seed, another split.

    Returns:
        ``'train'``, ``'val'``, ``'test'`` → their names, sorted.
    """
    parts: dict[str, list[str]] = dict(train=[], val=[], test=[])
    for names in map(list, strata.values()):
        val, test = (len(names) * share // sum(ratio) for share in ratio[1:])
        for part, drawn in split_names(names, dict(train=None, val=val, test=test), seed).items():
            parts[part] += drawn
    return {part: sorted(names) for part, names in parts.items()}


def write_split(folder: Path, parts: Mapping[str, Sequence[str]]) -> None:
    """Write ``folder/PART.txt``, a name a line, each file at once or not at all."""
    for part, lines in parts.items():
        write_atomically(folder / f'{part}.txt', ''.join(f'{line}\n' for line in lines))
