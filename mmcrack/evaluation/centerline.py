"""Counts for clDice, the Dice score of centerlines."""

from dataclasses import dataclass

import numpy as np
from skimage.morphology import skeletonize


@dataclass(frozen=True, slots=True)
class CenterlineCounts:
    """Centerline pixels of one image.

    Attributes:
        predicted: Pixels of the prediction's centerline.
        correct: Those of them that lie in the mask.
        true: Pixels of the mask's centerline.
        found: Those of them that lie in the prediction.
    """

    predicted: int
    correct: int
    true: int
    found: int

    def dice(self) -> float:
        """clDice = 2·Tprec·Tsens / (Tprec + Tsens), in [0, 1].

        With nothing predicted and nothing to find it is 1; with one of both empty, 0.
        """
        if not (self.predicted or self.true):
            return 1.0
        if not (self.correct and self.found):
            return 0.0
        precision, sensitivity = self.correct / self.predicted, self.found / self.true
        return 2 * precision * sensitivity / (precision + sensitivity)


def count_centerlines(pred: np.ndarray, mask: np.ndarray) -> CenterlineCounts:
    """Skeletonize both (Zhang–Suen) and count where each centerline lies in the other.

    Source: Shit et al., clDice – a Novel Topology-Preserving Loss Function for Tubular Structure
    Segmentation, CVPR 2021, Eq. 1 and 2.

    Args:
        pred: bool H×W.
        mask: bool H×W.
    """
    pred_line, mask_line = _skeleton(pred), _skeleton(mask)
    return CenterlineCounts(
        predicted=int(np.count_nonzero(pred_line)),
        correct=int(np.count_nonzero(pred_line & mask)),
        true=int(np.count_nonzero(mask_line)),
        found=int(np.count_nonzero(mask_line & pred)),
    )


def _skeleton(binary: np.ndarray) -> np.ndarray:
    """Skeletonize the part that is not empty: the time goes by area, not by pixels set."""
    rows, columns = (np.flatnonzero(binary.any(axis=axis)) for axis in (1, 0))
    skeleton = np.zeros_like(binary)
    if rows.size:
        part = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
        skeleton[part] = skeletonize(binary[part])
    return skeleton
