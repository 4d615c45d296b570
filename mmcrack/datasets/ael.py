"""AEL: 58 photographs of road surfaces from three acquisition systems."""

from typing import ClassVar

from mmcrack.datasets.crack_dataset import CrackDataset
from mmcrack.registry import DATASETS


@DATASETS.register_module()
class AELDataset(CrackDataset):
    """AEL (Amhaz et al. 2016, AigleRN, ESAR and LCMS) as published: no split; or converted.

    ``IMAGES/AIGLE_RN/Im_GT_AIGLE_RN_C18aor.png`` has its mask in
    ``GROUND_TRUTH/AIGLE_RN/GT_AIGLE_RN_C18a.png``. Left out are photographs without a mask
    (``Im_noGT_…``) and the two systems that AEL does without (LRIS, TEMPEST2). The published
    masks are black on white: load them with ``LoadCrackAnnotations(invert=True)``.
    """

    IMG_SUFFIX = ('.png', '.jpg')
    SEG_MAP_SUFFIX = ('.png',)
    EXCLUDE = ('Im_noGT_*', '*GT_LRIS_*', '*GT_TEMPEST2_*')
    PARTS: ClassVar = dict(all=('IMAGES', 'GROUND_TRUTH'))
    INVERTED = True

    @staticmethod
    def image_key(stem: str) -> str:
        """``Im_GT_AIGLE_RN_C18aor`` → ``AIGLE_RN_C18a``."""
        return AELDataset.mask_key(stem.removeprefix('Im_').removesuffix('or'))

    @staticmethod
    def mask_key(stem: str) -> str:
        """``GT_AIGLE_RN_C18a`` → ``AIGLE_RN_C18a``."""
        return stem.removeprefix('GT_')
