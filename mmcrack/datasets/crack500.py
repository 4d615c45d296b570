"""Crack500: 3,368 crops of pavement photographs."""

from typing import ClassVar

from mmcrack.datasets.crack_dataset import CrackDataset
from mmcrack.registry import DATASETS


@DATASETS.register_module()
class Crack500Dataset(CrackDataset):
    """Crack500 (Yang et al. 2019) as published: crops, split 1,896/348/1,124.

    ``traincrop``, ``valcrop`` and ``testcrop`` hold a JPEG photograph and a PNG mask of one name
    side by side (some archives repeat the folder: ``traincrop/traincrop``). The published lists
    (``train.txt``: ``traincrop/NAME.jpg traincrop/NAME.png``) serve as ``ann_file``.
    """

    IMG_SUFFIX = ('.jpg',)
    SEG_MAP_SUFFIX = ('.png',)
    PARTS: ClassVar = dict(
        train=('traincrop', 'traincrop'),
        val=('valcrop', 'valcrop'),
        test=('testcrop', 'testcrop'),
    )
