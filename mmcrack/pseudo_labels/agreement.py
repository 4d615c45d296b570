"""Confidence from the agreement of labellers."""

import cv2
import numpy as np
from mmcv.transforms import BaseTransform

from mmcrack.registry import TRANSFORMS


def agreement(labels: list[np.ndarray], *, tolerance: int = 2) -> np.ndarray:
    """Share of labels that see a crack at each pixel, or near it.

    The first label leads: its cracks keep their shape, at the share of labels with crack within
    ``tolerance`` of the pixel. Where it has none, the share of the others that have one is a
    doubt: cracks that it may have missed.

    Args:
        labels: float32 H×W in [0, 1] each, crack above 0.5; the leading one first.
        tolerance: Pixels by which cracks may lie apart and agree.

    Returns:
        float32 H×W in [0, 1].

    Raises:
        ValueError: there are fewer than two labels, or their sizes differ.
    """
    if len(labels) < 2 or len({label.shape for label in labels}) > 1:
        shapes = [label.shape for label in labels]
        raise ValueError(f'agreement needs two or more labels of one size, got {shapes}')
    near = np.ones((2 * tolerance + 1,) * 2, np.uint8)
    cracks = [(label > 0.5).astype(np.uint8) for label in labels]
    seen = sum(cv2.dilate(crack, near).astype(np.float32) for crack in cracks[1:])
    own = cracks[0].astype(np.float32)
    others = sum(crack.astype(np.float32) for crack in cracks[1:])
    return np.where(own > 0, 1 + seen, others).astype(np.float32) / len(labels)


@TRANSFORMS.register_module()
class AgreementPseudoLabel(BaseTransform):
    """Labels a photograph by the :func:`agreement` of several labellers.

    With ``IgnoreUncertain`` in a student's pipeline, only what enough of them see counts.

    Required key: ``img``. Added key: ``gt_seg_map`` (float32 H×W in [0, 1]).

    Args:
        labellers: Configs of labellers, each a transform or a list of transforms, the leading
            one first.
        tolerance: Pixels by which their cracks may lie apart.

    Raises:
        ValueError: there are fewer than two.
    """

    def __init__(self, labellers: list[dict | list[dict]], *, tolerance: int = 2) -> None:
        if len(labellers) < 2:
            raise ValueError(f'AgreementPseudoLabel needs two or more labellers: {labellers}')
        self.labellers = [
            [TRANSFORMS.build(step) for step in (chain if isinstance(chain, list) else [chain])]
            for chain in labellers
        ]
        self.tolerance = tolerance

    def transform(self, results: dict) -> dict:
        """Add the label."""
        labels = [self._label(chain, results['img']) for chain in self.labellers]
        results['gt_seg_map'] = agreement(labels, tolerance=self.tolerance)
        return results

    @staticmethod
    def _label(chain: list[BaseTransform], image: np.ndarray) -> np.ndarray:
        results = {'img': image}
        for step in chain:
            results = step(results)
        return results['gt_seg_map']

    def __repr__(self) -> str:
        return f'{type(self).__name__}({self.labellers}, tolerance={self.tolerance})'
