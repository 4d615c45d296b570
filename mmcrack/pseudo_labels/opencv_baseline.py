"""Dark ridges by a few lines of OpenCV: the baseline that every method has to beat."""

import cv2
import numpy as np
from mmcv.transforms import BaseTransform

from mmcrack.pseudo_labels.edge import gray_image
from mmcrack.registry import TRANSFORMS


def dark_ridges(
    gray: np.ndarray, *, inner: float = 1.5, outer: float = 25, z: float = 1.5, length: int = 50
) -> np.ndarray:
    """Long components darker than their surroundings, bool H×W, of a gray uint8 image.

    Args:
        gray: H×W uint8.
        inner: σ of the narrow Gaussian, in pixels.
        outer: σ of the wide Gaussian, the surroundings, in pixels.
        z: Standard deviations of their difference, above which a pixel is dark.
        length: Width or height in pixels that a component has to exceed.
    """
    values = gray.astype(np.float32)
    darkness = cv2.GaussianBlur(values, (0, 0), outer) - cv2.GaussianBlur(values, (0, 0), inner)
    dark = darkness - darkness.mean() > z * darkness.std()
    _, labels, stats, _ = cv2.connectedComponentsWithStats(dark.astype(np.uint8), connectivity=8)
    long = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(1) > length
    long[0] = False  # the background
    return long[labels]


@TRANSFORMS.register_module()
class OpenCVBaselinePseudoLabel(BaseTransform):
    """Labels a photograph by :func:`dark_ridges`.

    Its default numbers were chosen on DeepCrack's test photographs, so its figures there are a
    best case.

    Required key: ``img`` (BGR or gray, uint8). Added key: ``gt_seg_map`` (float32 H×W, 0 or 1).

    Args:
        **options: Of :func:`dark_ridges`.
    """

    def __init__(self, **options: float) -> None:
        self.options = options
        dark_ridges(np.zeros((8, 8), np.uint8), **options)  # a misspelt option fails now

    def transform(self, results: dict) -> dict:
        """Add the label."""
        ridges = dark_ridges(gray_image(results['img']), **self.options)
        results['gt_seg_map'] = ridges.astype(np.float32)
        return results
