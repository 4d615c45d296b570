"""Crack-free patches for methods that learn from sound surfaces alone."""

import re
from typing import Literal

from mmcrack.datasets.crack_dataset import CrackDataset
from mmcrack.datasets.splits import split_names
from mmcrack.registry import DATASETS

_PLACE = re.compile(r'_y\d+_x\d+$')


@DATASETS.register_module()
class CrackFreePatchDataset(CrackDataset):
    """The patches without a crack that ``tools/dataset_converters/patches.py`` has cut.

    Their yes/no labels are all that is known. Patches of a photograph overlap, so the split is by
    photograph: the part that is held out tells how large errors on sound surfaces are.

    Any folder of crack-free photographs serves as well; there, each file is a photograph.

    Args:
        data_root: Folder of a part, for instance ``work_dirs/patches/deepcrack/train``.
        split: ``'train'``, ``'val'`` (held out), or ``'all'``.
        val_share: Share of the photographs to hold out, at least one.
        seed: Of the split.
        **kwargs: Arguments of ``CrackDataset``; ``data_prefix=dict(img_path='Negative')`` by
            default.

    Raises:
        FileNotFoundError: there are no patches; says how to cut them.
        ValueError: an argument is unknown, or there is but one photograph to split.
    """

    def __init__(
        self,
        *,
        split: Literal['train', 'val', 'all'] = 'train',
        val_share: float = 0.1,
        seed: int = 0,
        **kwargs,
    ) -> None:
        if split not in ('train', 'val', 'all'):
            raise ValueError(f'CrackFreePatchDataset: split={split!r} must be train, val or all')
        if not 0 < val_share < 1:
            raise ValueError(f'CrackFreePatchDataset: val_share={val_share} must lie in (0, 1)')
        self.split, self.val_share, self.seed = split, val_share, seed
        kwargs.setdefault('data_prefix', dict(img_path='Negative'))
        super().__init__(**kwargs)

    def load_data_list(self) -> list[dict]:
        """Find the patches of the split."""
        try:
            found = super().load_data_list()
        except FileNotFoundError as error:
            raise FileNotFoundError(
                f'{error}. tools/dataset_converters/patches.py cuts crack-free patches'
            ) from error
        if self.split == 'all':
            return found
        names = [self._photograph(info) for info in found]
        photographs = set(names)
        if len(photographs) < 2:
            raise ValueError(
                f'{self.data_prefix["img_path"]}: patches of one photograph cannot be split; '
                "set split='all'"
            )
        held_out = max(round(self.val_share * len(photographs)), 1)
        parts = split_names(photographs, dict(val=held_out, train=None), self.seed)
        chosen = set(parts[self.split])
        return [info for info, name in zip(found, names, strict=True) if name in chosen]

    @staticmethod
    def _photograph(info: dict) -> str:
        """The photograph's name, which a patch's begins with."""
        stem = info['img_path'].rsplit('.', 1)[0]
        return _PLACE.sub('', re.split(r'[\\/]', stem)[-1])
