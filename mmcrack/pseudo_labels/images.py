"""The images that labellers with networks read."""

import cv2
import numpy as np


def bgr_image(image: np.ndarray) -> np.ndarray:
    """H×W×3 uint8 of a BGR (H×W×3) or gray (H×W or H×W×1) uint8 image.

    Raises:
        ValueError: the image has another type or number of channels.
    """
    if image.dtype != np.uint8:
        raise ValueError(f'labellers read 8-bit images, got {image.dtype}')
    if image.ndim == 2 or image.shape[2] == 1:
        return cv2.cvtColor(image.reshape(image.shape[:2]), cv2.COLOR_GRAY2BGR)
    if image.shape[2] != 3:
        raise ValueError(f'labellers read gray or BGR images, got {image.shape[2]} channels')
    return np.ascontiguousarray(image)


def require_patch_fits(image: np.ndarray, patch_size: int) -> None:
    """Refuse an image that is smaller than a patch.

    Raises:
        ValueError: it is.
    """
    height, width = image.shape[:2]
    if min(height, width) < patch_size:
        raise ValueError(f'{height}×{width} pixels, smaller than a patch of {patch_size}')
