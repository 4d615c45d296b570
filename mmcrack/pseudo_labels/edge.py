"""Crack labels from an edge operator (CoGenSAM, Eq. 11): the input of the restorer."""

import cv2
import numpy as np
from mmcv.transforms import BaseTransform

from mmcrack.registry import TRANSFORMS

_CANNY_THRESHOLDS = (50, 150)
_KERNELS = {
    'sobel': ([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], [[-1, -2, -1], [0, 0, 0], [1, 2, 1]]),
    'prewitt': ([[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]], [[-1, -1, -1], [0, 0, 0], [1, 1, 1]]),
    'roberts': ([[1, 0], [0, -1]], [[0, 1], [-1, 0]]),
}
OPERATORS = (*_KERNELS, 'canny')


def edge_magnitude(
    gray: np.ndarray, operator: str = 'sobel', percentile: float = 99.5
) -> np.ndarray:
    """Edge strength in [0, 1], float32 H×W, of a gray uint8 image.

    The gradient's magnitude is divided by its ``percentile`` and clipped to 1; Canny (50/150)
    gives 0 and 1.

    Args:
        gray: H×W uint8.
        operator: ``'sobel'``, ``'prewitt'``, ``'roberts'`` or ``'canny'``.
        percentile: The percentile that becomes 1.

    Raises:
        ValueError: the operator is unknown.
    """
    if operator == 'canny':
        return cv2.Canny(gray, *_CANNY_THRESHOLDS).astype(np.float32) / 255
    if operator not in _KERNELS:
        raise ValueError(f'edge operator {operator!r}: choose one of {", ".join(OPERATORS)}')
    across, down = (
        cv2.filter2D(gray, cv2.CV_32F, np.float32(kernel)) for kernel in _KERNELS[operator]
    )
    magnitude = cv2.magnitude(across, down)
    scale = np.percentile(magnitude, percentile)
    if scale == 0:  # flat but for a few pixels: these alone are edges
        return (magnitude > 0).astype(np.float32)
    return np.minimum(magnitude / np.float32(scale), 1)


def close_in_place(image: np.ndarray, size: int) -> np.ndarray:
    """Dilate, then erode, with a ``size``×``size`` square (Eq. 11), without moving the image.

    OpenCV's default anchor of an even kernel is off centre to the same side in both steps,
    which moves everything by (1, 1) pixel; the erosion here uses the mirrored anchor.
    """
    kernel = np.ones((size, size), np.uint8)
    anchor, mirrored = size // 2, size - 1 - size // 2
    # a margin, so that the erosion sees what the dilation puts beyond the image
    wide = cv2.copyMakeBorder(image, size, size, size, size, cv2.BORDER_CONSTANT, value=0)
    dilated = cv2.dilate(wide, kernel, anchor=(anchor, anchor))
    eroded = cv2.erode(dilated, kernel, anchor=(mirrored, mirrored))
    return np.ascontiguousarray(eroded[size:-size, size:-size])


def edge_label(gray: np.ndarray, operator: str = 'sobel', kernel_size: int = 8) -> np.ndarray:
    """The corrupted label X_cor of Eq. 11, float32 H×W in [0, 1], of a gray uint8 image."""
    return close_in_place(edge_magnitude(gray, operator), kernel_size)


def gray_image(image: np.ndarray) -> np.ndarray:
    """H×W uint8 of a BGR (H×W×3) or gray (H×W or H×W×1) uint8 image.

    Raises:
        ValueError: the image has another type or number of channels.
    """
    if image.dtype != np.uint8:
        raise ValueError(f'labellers read 8-bit images, got {image.dtype}')
    if image.ndim == 3 and image.shape[2] == 3:
        return cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    if image.ndim == 2 or image.shape[2] == 1:
        return np.ascontiguousarray(image.reshape(image.shape[:2]))
    raise ValueError(f'labellers read gray or BGR images, got {image.shape[2]} channels')


@TRANSFORMS.register_module()
class EdgePseudoLabel(BaseTransform):
    """Labels a photograph by its closed edges (CoGenSAM, Eq. 11), at the image's own size.

    Required keys: ``img`` (BGR or gray, uint8). Added key: ``gt_seg_map`` (float32 H×W in
    [0, 1]).

    Args:
        operator: ``'sobel'``, ``'prewitt'``, ``'roberts'`` or ``'canny'``.
        kernel_size: Side of the square of the closing, in pixels.

    Raises:
        ValueError: the operator is unknown.
    """

    def __init__(self, operator: str = 'sobel', kernel_size: int = 8) -> None:
        if operator not in OPERATORS:
            raise ValueError(f'edge operator {operator!r}: choose one of {", ".join(OPERATORS)}')
        self.operator = operator
        self.kernel_size = kernel_size

    def transform(self, results: dict) -> dict:
        """Add the label."""
        gray = gray_image(results['img'])
        results['gt_seg_map'] = edge_label(gray, self.operator, self.kernel_size)
        return results

    def __repr__(self) -> str:
        return f'EdgePseudoLabel(operator={self.operator!r}, kernel_size={self.kernel_size})'
