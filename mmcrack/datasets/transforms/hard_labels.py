"""Integer labels for the hard-label parts of mmseg."""

import numpy as np
from mmcv.transforms import BaseTransform

from mmcrack.registry import TRANSFORMS


@TRANSFORMS.register_module()
class HardenLabels(BaseTransform):
    """Turn a float label into the integer map that mmseg's hard-label parts expect.

    Put it last before packing, for two-class cross-entropy, ``IoUMetric`` and the like: int64 0
    (background) and 1 (crack), and ``ignore_index`` where the label is negative. The data
    preprocessor's ``seg_pad_val`` and the loss's ``ignore_index`` must then be this
    ``ignore_index``, not −1.

    Required and changed key: ``gt_seg_map`` (float H×W in [0, 1], −1 where ignored).

    Args:
        threshold: Crack where label > threshold.
        ignore_index: Integer of ignored pixels.
    """

    def __init__(self, *, threshold: float = 0.5, ignore_index: int = 255) -> None:
        self.threshold = threshold
        self.ignore_index = ignore_index

    def transform(self, results: dict) -> dict:
        """Replace ``gt_seg_map``."""
        label = results['gt_seg_map']
        hard = (label > self.threshold).astype(np.int64)
        hard[label < 0] = self.ignore_index
        results['gt_seg_map'] = hard
        return results

    def __repr__(self) -> str:
        return (
            f'{type(self).__name__}(threshold={self.threshold}, ignore_index={self.ignore_index})'
        )
