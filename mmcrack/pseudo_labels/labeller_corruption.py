"""Corrupts a mask the way a labeller does: by labelling its photograph."""

import numpy as np
from mmcv.transforms import BaseTransform

from mmcrack.registry import TRANSFORMS


@TRANSFORMS.register_module()
class LabellerCorruption(BaseTransform):
    """Puts a labeller's label of the photograph in the photograph's place.

    A restorer trained on pairs of this input and the exact mask of a synthetic photograph meets
    the labeller's real faults: texture, double edges, wrong thickness. CoGenSAM's square holes
    (``RandomBlockCorruption``) can follow.

    Required keys: ``img`` (the photograph), ``gt_seg_map`` (its mask, unchanged). Changed key:
    ``img`` (uint8 H×W×1, round(255·label)).

    Args:
        labeller: Config of the labeller.
    """

    def __init__(self, labeller: dict) -> None:
        self.labeller = TRANSFORMS.build(labeller)

    def transform(self, results: dict) -> dict:
        """Replace the image."""
        label = self.labeller({'img': results['img']})['gt_seg_map']
        results['img'] = np.rint(label * 255).astype(np.uint8)[..., None]
        return results

    def __repr__(self) -> str:
        return f'LabellerCorruption(labeller={self.labeller!r})'
