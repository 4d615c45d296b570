"""Recognizes how a folder holds a data set, from what the data set classes know."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from mmcrack.datasets import (
    AELDataset,
    Bridge2025Dataset,
    CFDDataset,
    Crack500Dataset,
    CrackDataset,
    CrackPatchDataset,
    DeepCrackDataset,
)
from mmcrack.datasets.pairs import IMAGE_SUFFIXES
from mmcrack.doctor.data_set import DataSet, Part, part_of

_PUBLISHED: tuple[type[CrackDataset], ...] = (
    DeepCrackDataset,
    Crack500Dataset,
    CFDDataset,
    AELDataset,
)
_PATCHES = ('positive_negative', 'sdnet2018')
_SPLITS = ('train', 'val', 'valid', 'validation', 'test', 'all')
_IMAGES = ('images', 'image', 'imgs', 'img', 'img_dir', 'photos', 'photographs')
_MASKS = ('masks', 'mask', 'labels', 'label', 'ann_dir', 'annotations', 'gt', 'groundtruth')
_DEPTH = 2  # levels of folders below the given one in which data sets are looked for


def recognize(root: Path) -> DataSet:
    """Find out how a folder holds a data set, or several, and pair the files.

    Args:
        root: Folder of the data set; of several; or of photographs alone.

    Raises:
        FileNotFoundError: there is no such folder, or no images in it.
    """
    if not root.is_dir():
        raise FileNotFoundError(f'{root}: no such folder')
    found = _one(root) or _several(root, _DEPTH) or _photographs(root)
    if found is None:
        raise FileNotFoundError(
            f'{root}: no images ({", ".join(IMAGE_SUFFIXES)}) here or in the folders below'
        )
    return found


def given_folders(root: Path, images: str, masks: str | None) -> DataSet:
    """A data set whose folders the user names.

    Raises:
        FileNotFoundError: a folder is missing.
    """
    part = part_of('all', root / images, None if masks is None else root / masks)
    return DataSet('folders as given', [part])


def _one(root: Path) -> DataSet | None:
    recognizers: tuple[Callable[[Path], DataSet | None], ...] = (
        _published,
        _converted,
        _images_and_masks,
        _patches,
    )
    found = (recognize_layout(root) for recognize_layout in recognizers)
    return next((data_set for data_set in found if data_set is not None), None)


def _published(root: Path) -> DataSet | None:
    for dataset in _PUBLISHED:
        folders = {name: (root / i, root / m) for name, (i, m) in dataset.PARTS.items()}
        there = {name for name, pair in folders.items() if all(path.is_dir() for path in pair)}
        if there:
            options = dict(invert=dataset.INVERTED)
            rules = dataset.pair_rules()
            parts = [part_of(name, *folders[name], rules, options) for name in sorted(there)]
            missing = (path for name in folders if name not in there for path in folders[name])
            lacking = tuple(dict.fromkeys(path for path in missing if not path.is_dir()))
            return DataSet(f'{dataset.__name__} as published', parts, lacking)
    return None


def _converted(root: Path) -> DataSet | None:
    """``PART/images`` and ``PART/masks``, as the converters write them."""
    pairs = {path.name: _pair_of_folders(path) for path in _folders(root)}
    splits = {name: pair for name, pair in pairs.items() if name in _SPLITS and pair is not None}
    if not splits:
        return None
    parts = [part_of(name, *pair) for name, pair in splits.items()]
    return DataSet('PART/images and PART/masks (CrackDataset)', parts)


def _images_and_masks(root: Path) -> DataSet | None:
    """Two folders, with a subfolder for each split or without."""
    pair = _pair_of_folders(root)
    if pair is None:
        return None
    images, masks = pair
    splits = [path.name for path in _folders(images) if path.name in _SPLITS]
    layout = f'{images.name} and {masks.name} (CrackDataset)'
    if images.name in Bridge2025Dataset.PARTS['all']:
        layout = f'{images.name} and {masks.name} (CrackDataset; expected of Bridge2025 too)'
    if not splits:
        return DataSet(layout, [part_of('all', images, masks)])
    lacking = tuple(masks / split for split in splits if not (masks / split).is_dir())
    whole = [split for split in splits if (masks / split).is_dir()]
    parts = [part_of(split, images / split, masks / split) for split in whole]
    return DataSet(layout, parts, lacking)


def _patches(root: Path) -> DataSet | None:
    for layout in _PATCHES:
        known = CrackPatchDataset(str(root), layout=layout, pipeline=[], lazy_init=True)
        there = [name for name in known.class_folders if (root / name).is_dir()]
        if there:
            parts = [part_of(name, root / name, None) for name in there]
            missing = tuple(root / name for name in known.class_folders if name not in there)
            text = f'patches in class folders (CrackPatchDataset, {layout!r})'
            return DataSet(text, parts, missing, classes=True)
    return None


def _several(root: Path, depth: int) -> DataSet | None:
    """Data sets in the folders below; their parts are named after the folders."""
    if depth == 0:
        return None
    found = {path: _one(path) or _several(path, depth - 1) for path in _folders(root)}
    known = {path: data_set for path, data_set in found.items() if data_set is not None}
    if not known:
        return None
    return DataSet(
        '; '.join(f'{path.name}: {data_set.layout}' for path, data_set in known.items()),
        [
            part._replace(name=f'{path.name}/{part.name}')
            for path, data_set in known.items()
            for part in data_set.parts
        ],
        tuple(folder for data_set in known.values() for folder in data_set.missing),
        tuple(path for path in found if path not in known),
        all(data_set.classes for data_set in known.values()),
    )


def _photographs(root: Path) -> DataSet | None:
    part: Part = part_of('all', root, None)
    return DataSet('photographs without masks', [part]) if part.pairs or part.twins else None


def _pair_of_folders(root: Path) -> tuple[Path, Path] | None:
    images, masks = _named(root, _IMAGES), _named(root, _MASKS)
    return None if images is None or masks is None else (images, masks)


def _named(root: Path, names: Sequence[str]) -> Path | None:
    folders = {path.name.lower(): path for path in _folders(root)}
    return next((folders[name] for name in names if name in folders), None)


def _folders(root: Path) -> list[Path]:
    return sorted(path for path in root.iterdir() if path.is_dir() and path.name[0] != '.')
