"""Soft labels of which the certain values alone count."""

import numpy as np
from mmcv.transforms import BaseTransform

from mmcrack.registry import TRANSFORMS


@TRANSFORMS.register_module()
class IgnoreUncertain(BaseTransform):
    """Make a soft label hard where it is certain, and ignored (−1) where it is not.

    Required and changed key: ``gt_seg_map`` (float H×W in [0, 1], −1 where ignored).

    Args:
        low: Up to this value a pixel is background.
        high: From this value it is crack; between the two it is ignored. ``None``: nothing is
            crack by the label, and all above ``low`` is ignored; cracks are then to come from
            elsewhere (``AddSyntheticCrack``).

    Raises:
        ValueError: the bounds are not 0 ≤ low < high ≤ 1.
    """

    def __init__(self, *, low: float = 0.3, high: float | None = 0.7) -> None:
        if not 0 <= low < (1 if high is None else high) <= 1:
            raise ValueError(f'IgnoreUncertain: needs 0 ≤ low < high ≤ 1, got {low} and {high}')
        self.low = low
        self.high = high

    def transform(self, results: dict) -> dict:
        """Replace ``gt_seg_map``."""
        label = results['gt_seg_map']
        hard = np.where((label > self.low) | (label < 0), np.float32(-1), np.float32(0))
        if self.high is not None:
            hard[label >= self.high] = 1
        results['gt_seg_map'] = hard
        return results

    def __repr__(self) -> str:
        return f'{type(self).__name__}(low={self.low}, high={self.high})'
