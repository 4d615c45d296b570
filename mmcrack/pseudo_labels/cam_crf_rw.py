"""Labels from class activation, a dense CRF and a random walk: GPLL's rival by Wang et al."""

from inspect import signature

import numpy as np

from mmcrack.pseudo_labels.cam_crf import CAMCRFPseudoLabel
from mmcrack.pseudo_labels.random_walk import affinity_random_walk
from mmcrack.registry import TRANSFORMS


@TRANSFORMS.register_module()
class CAMCRFRWPseudoLabel(CAMCRFPseudoLabel):
    """Spreads the CRF's result along pixel affinities by a random walk.

    After Wang et al. 2021 as GPLL's section IV-D has it: activation of a classifier that was
    refined by sub-category exploration (``SubCategoryClsHead``), CRF, random walk. Affinities come
    from the photograph, where the original trains another network for them.

    Args:
        checkpoint: As :class:`CAMPseudoLabel`.
        walk: Arguments of :func:`mmcrack.pseudo_labels.random_walk.affinity_random_walk`.
        **options: Of :class:`CAMCRFPseudoLabel`.

    Raises:
        TypeError: an argument of ``walk`` is unknown.
    """

    def __init__(self, checkpoint: str, *, walk: dict | None = None, **options) -> None:
        self.walk = dict(walk or {})
        signature(affinity_random_walk).bind(None, None, **self.walk)
        super().__init__(checkpoint, **options)

    def refine(self, activation: np.ndarray, image: np.ndarray) -> np.ndarray:
        """The probability after CRF and random walk, float32 H×W."""
        return affinity_random_walk(super().refine(activation, image), image, **self.walk)
