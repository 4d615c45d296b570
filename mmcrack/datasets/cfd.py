"""CFD: 118 photographs of pavement (CrackForest)."""

from typing import ClassVar

from mmcrack.datasets.crack_dataset import CrackDataset
from mmcrack.registry import DATASETS


@DATASETS.register_module()
class CFDDataset(CrackDataset):
    """CFD (Shi et al. 2016) as published: no split; or converted.

    480×320 JPEG photographs in ``image``, MATLAB masks in ``groundTruth``, read as they are
    (PNG masks of :mod:`tools.dataset_converters.cfd` as well). ``exclude=('042',)`` leaves out
    the photograph whose mask is wrong, as the papers on pseudo labels (König et al.) do.
    """

    IMG_SUFFIX = ('.jpg',)
    SEG_MAP_SUFFIX = ('.mat', '.png')
    PARTS: ClassVar = dict(all=('image', 'groundTruth'))
