"""Pictures for these tests."""

import cv2
import numpy as np


def photograph(seed: int, size=(96, 128)) -> np.ndarray:
    """A picture like no other: smooth noise in color."""
    noise = np.random.default_rng(seed).integers(0, 256, (9, 12, 3), dtype=np.uint8)
    return cv2.resize(noise, size[::-1], interpolation=cv2.INTER_CUBIC)


def crack_mask(size=(96, 128)) -> np.ndarray:
    mask = np.zeros(size, np.uint8)
    mask[size[0] // 3 : size[0] // 3 + 4] = 255
    return mask
