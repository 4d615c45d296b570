"""Photographs that no loss on labels reads."""

import numpy as np
from mmcv.transforms import BaseTransform

from mmcrack.registry import TRANSFORMS


@TRANSFORMS.register_module()
class WithoutLabel(BaseTransform):
    """Give an unlabelled photograph a label of −1, ignored, everywhere.

    So it goes into one batch with labelled ones, for what needs no label of it (:class:`FreeCOS`,
    :class:`MeanTeacher`). Put it after cropping.

    Required key: ``img`` (H×W or H×W×C). Added key, whatever it was: ``gt_seg_map`` (float32 H×W).
    """

    def transform(self, results: dict) -> dict:
        """Add the label."""
        results['gt_seg_map'] = np.full(results['img'].shape[:2], -1, np.float32)
        return results

    def __repr__(self) -> str:
        return f'{type(self).__name__}()'
