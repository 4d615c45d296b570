"""Bridge2025: 1,002 slices of bridge photographs."""

from typing import ClassVar

from mmcrack.datasets.crack_dataset import CrackDataset
from mmcrack.registry import DATASETS


@DATASETS.register_module()
class Bridge2025Dataset(CrackDataset):
    """Bridge2025 (introduced with CoGenSAM): 256×256 slices, split 100/100/802.

    The paper does not describe its folders. Expected are ``images`` and ``masks`` with files of
    the same names; for a release with other folders give ``data_prefix`` (the converter:
    ``--part``).
    """

    PARTS: ClassVar = dict(all=('images', 'masks'))
