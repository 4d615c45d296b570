"""Patches with and without cracks, for classification."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from mmpretrain.datasets import BaseDataset

from mmcrack.datasets.crack_dataset import check_level
from mmcrack.datasets.pairs import (
    IMAGE_SUFFIXES,
    Pair,
    list_files,
    pair_problem,
    pair_problems,
    report,
)
from mmcrack.datasets.splits import stratified_split
from mmcrack.registry import DATASETS

# Folder (its class) of the layouts that fix their classes
_TWO_CLASSES = ('none', 'crack')
_LAYOUTS = dict(
    positive_negative=dict(Negative='none', Positive='crack'),
    sdnet2018={
        f'{surface}/{prefix}{surface}': name
        for surface in 'DPW'
        for prefix, name in (('U', 'none'), ('C', 'crack'))
    },
)


@DATASETS.register_module()
class CrackPatchDataset(BaseDataset):
    """Crack patches in folders of their classes, split by a seed (IGMSDA, section IV-A).

    Layouts: ``'positive_negative'`` (CRACK2019, brickwork): ``Positive`` and ``Negative``;
    ``'sdnet2018'``: ``D/CD``, ``D/UD``, ``P/CP``, ``P/UP``, ``W/CW``, ``W/UW`` (decks, pavements
    and walls, cracked and uncracked); ``'folders'`` (NPP2021): a folder for each class. Classes of
    the first two are ``none`` (0) and ``crack`` (1).

    The split is drawn within each folder and depends on the seed and the file names alone.
    Patches of one photograph may fall on both sides, as in the paper.

    Args:
        data_root: Folder that holds the class folders.
        layout: How the folders are named.
        classes: For ``'folders'``, the class folders in the order of their numbers (NPP2021:
            ``('none', 'crack', 'scratch')``); default: all folders, sorted.
        split: Which part, or ``'all'``.
        seed: Of the split.
        ratio: Train : val : test; what does not divide goes to train.
        validate: What is checked at construction: ``'pairs'`` nothing but the folders,
            ``'sizes'`` each file's header, ``'full'`` that each file decodes; ``'auto'``:
            ``'full'`` for up to 5,000 files, else ``'sizes'``.
        **kwargs: Arguments of mmpretrain's ``BaseDataset``.

    Raises:
        FileNotFoundError: a class folder is missing or has no images.
        ValueError: an argument is unknown, or a file is unreadable.
    """

    def __init__(
        self,
        data_root: str,
        *,
        layout: Literal['positive_negative', 'sdnet2018', 'folders'] = 'positive_negative',
        classes: Sequence[str] | None = None,
        split: Literal['train', 'val', 'test', 'all'] = 'train',
        seed: int = 0,
        ratio: Sequence[int] = (3, 1, 1),
        validate: Literal['auto', 'full', 'sizes', 'pairs'] = 'auto',
        **kwargs,
    ) -> None:
        if split not in ('train', 'val', 'test', 'all'):
            raise ValueError(f'split={split!r} must be train, val, test or all')
        if classes is not None and layout != 'folders':
            raise ValueError(f"classes are fixed by layout={layout!r}; give them with 'folders'")
        check_level(validate, 0)
        self.class_folders = _class_folders(Path(data_root), layout, classes)
        self.split, self.seed, self.ratio, self.validate = split, seed, tuple(ratio), validate
        names = tuple(dict.fromkeys(self.class_folders.values()))
        super().__init__(ann_file='', data_root=data_root, classes=names, **kwargs)

    def load_data_list(self) -> list[dict]:
        """Find the images of the split and check them."""
        root = Path(self.data_root)
        images = {folder: _images(root, folder) for folder in self.class_folders}
        chosen = {name for names in images.values() for name in names}
        if self.split != 'all':
            chosen = set(stratified_split(images, self.ratio, self.seed)[self.split])
        labels = {
            name: self.CLASSES.index(self.class_folders[folder])
            for folder, names in images.items()
            for name in names
            if name in chosen
        }
        self._check([Pair(root / name, None, name) for name in labels])
        return [dict(img_path=str(root / name), gt_label=label) for name, label in labels.items()]

    def _check(self, files: list[Pair]) -> None:
        level = check_level(self.validate, len(files))
        if level == 'pairs':
            return
        problems = pair_problems(files, lambda file: pair_problem(file, decode=level == 'full'))
        if problems:
            raise ValueError(report(problems))


def _class_folders(root: Path, layout: str, classes: Sequence[str] | None) -> dict[str, str]:
    if layout in _LAYOUTS:
        folders = _LAYOUTS[layout]
        return dict(sorted(folders.items(), key=lambda item: _TWO_CLASSES.index(item[1])))
    if layout != 'folders':
        raise ValueError(f'layout={layout!r} must be one of {", ".join(_LAYOUTS)}, folders')
    if classes is None:
        if not root.is_dir():
            raise FileNotFoundError(f'{root}: no such folder')
        classes = sorted(path.name for path in root.iterdir() if path.is_dir())
    if not classes:
        raise FileNotFoundError(f'{root}: has no class folders')
    return {name: name for name in classes}


def _images(root: Path, folder: str) -> list[str]:
    files = list_files(root / folder, IMAGE_SUFFIXES)
    if not files:
        raise FileNotFoundError(f'{root / folder}: no images ({", ".join(IMAGE_SUFFIXES)})')
    return [path.relative_to(root).as_posix() for path in files]
