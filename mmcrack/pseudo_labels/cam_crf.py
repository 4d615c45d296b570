"""Labels from class activation and a dense CRF: GPLL's rival by Dong et al. 2020."""

from inspect import signature

import numpy as np

from mmcrack.pseudo_labels.cam import CAMPseudoLabel
from mmcrack.pseudo_labels.dense_crf import dense_crf
from mmcrack.registry import TRANSFORMS

_CRF = dict(bilateral_sxy=50, bilateral_srgb=5, bilateral_compat=10, iterations=10)


@TRANSFORMS.register_module()
class CAMCRFPseudoLabel(CAMPseudoLabel):
    """Refines the class activation map by a fully connected CRF over the photograph.

    After Dong et al., "Patch-based weakly supervised semantic segmentation network for crack
    detection", 2020, as GPLL's section IV-D applies it to whole photographs. Labels are hard as
    there (its table has ODS = OIS).

    An activation is no probability, and low on most of a crack. As is usual before a CRF (so in
    Ahn et al. 2019, whose numbers are the defaults here), a threshold makes two classes of it, of
    which each pixel belongs to its own by ``confidence``.

    Args:
        checkpoint: As :class:`CAMPseudoLabel`.
        crf: Arguments of :func:`mmcrack.pseudo_labels.dense_crf.dense_crf`. The papers search
            them on masked images; ``tools/analysis_tools/search_crf.py`` does.
        seed_threshold: Activation above which a pixel begins as crack; None takes the activation
            itself for the probability.
        confidence: Probability of a pixel's class in the beginning.
        hard: Whether to write the more probable class, 0 or 1, and not the probability.
        **options: Of :class:`CAMPseudoLabel`.

    Raises:
        TypeError: an argument of ``crf`` is unknown.
        ValueError: ``confidence`` is not in (0.5, 1).
    """

    def __init__(
        self,
        checkpoint: str,
        *,
        crf: dict | None = None,
        seed_threshold: float | None = 0.3,
        confidence: float = 0.7,
        hard: bool = True,
        **options,
    ) -> None:
        if not 0.5 < confidence < 1:
            raise ValueError(f'confidence={confidence} must lie between 0.5 and 1')
        self.crf = {**_CRF, **(crf or {})}
        self.seed_threshold, self.confidence, self.hard = seed_threshold, confidence, hard
        signature(dense_crf).bind(None, None, **self.crf)  # a misspelt argument fails now
        super().__init__(checkpoint, **options)

    def label(self, image: np.ndarray) -> np.ndarray:
        """float32 H×W in [0, 1] of a BGR image, uint8 H×W×3."""
        return self.harden(self.refine(super().label(image), image))

    def refine(self, activation: np.ndarray, image: np.ndarray) -> np.ndarray:
        """The CRF's probability, float32 H×W, from an activation of that size."""
        probability = activation
        if self.seed_threshold is not None:
            seeds = activation > self.seed_threshold
            probability = np.where(seeds, self.confidence, 1 - self.confidence)
        return dense_crf(probability.astype(np.float32), image, **self.crf)

    def harden(self, probability: np.ndarray) -> np.ndarray:
        """0 and 1, where labels are hard."""
        return (probability > 0.5).astype(np.float32) if self.hard else probability
