"""DeepCrack: 537 photographs of concrete and asphalt."""

from typing import ClassVar

from mmcrack.datasets.crack_dataset import CrackDataset
from mmcrack.registry import DATASETS


@DATASETS.register_module()
class DeepCrackDataset(CrackDataset):
    """DeepCrack (Liu et al. 2019) as published: 300 photographs to train, 237 to test.

    544×384 JPEG photographs in ``train_img`` and ``test_img``, 1-bit PNG masks of the same names
    in ``train_lab`` and ``test_lab``. Some names occur in both parts, so a list over both must
    give the folders (``train_img/11289-1.jpg train_lab/11289-1.png``).
    """

    IMG_SUFFIX = ('.jpg',)
    SEG_MAP_SUFFIX = ('.png',)
    PARTS: ClassVar = dict(train=('train_img', 'train_lab'), test=('test_img', 'test_lab'))
