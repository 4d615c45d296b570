"""Perceptual descriptors of images: the same for copies that were scaled, compressed or brightened.

A descriptor is the low-frequency part of the discrete cosine transform of a 32×32 gray thumbnail,
without its mean, weighted and of length 1, so that the product of two descriptors is the
correlation of two thumbnails. The weight, the root of the frequency, keeps shading and the one dark
line of a crack, which many photographs share, from deciding it. The signs of the lowest frequencies
are a hash (as in pHash, Zauner 2010).
Turning or mirroring a square image only changes the order and the signs of its coefficients.
"""

from collections.abc import Iterator

import cv2
import numpy as np

_THUMBNAIL = 32
SIDE = 16  # of the block of coefficients that is kept
LENGTH = SIDE * SIDE
_FLAT = 0.5  # gray levels of standard deviation below which a thumbnail shows nothing
_HASH_SIDE = 8
_WEIGHT = np.hypot(*np.indices((SIDE, SIDE))) ** 0.5


def describe(gray: np.ndarray) -> np.ndarray:
    """The descriptor of an image; all zeros where it shows nothing.

    Args:
        gray: H×W, uint8.

    Returns:
        float16, :data:`LENGTH` values.
    """
    small = cv2.resize(gray, (_THUMBNAIL, _THUMBNAIL), interpolation=cv2.INTER_AREA)
    coefficients = cv2.dct(small.astype(np.float32))[:SIDE, :SIDE]
    if small.std() < _FLAT:
        return np.zeros(LENGTH, np.float16)
    weighted = coefficients * _WEIGHT  # 0 at the mean
    return (weighted / np.linalg.norm(weighted)).astype(np.float16).reshape(LENGTH)


def symmetric(descriptors: np.ndarray) -> Iterator[np.ndarray]:
    """The descriptors of the images turned and mirrored in the eight ways, unchanged first.

    Args:
        descriptors: N×:data:`LENGTH`.
    """
    blocks = descriptors.reshape(-1, SIDE, SIDE)
    sign = np.where(np.arange(SIDE) % 2, -1, 1).astype(descriptors.dtype)
    for turned in (blocks, blocks.transpose(0, 2, 1)):
        for mirrored in (turned, turned * sign):
            for flipped in (mirrored, mirrored * sign[:, None]):
                yield flipped.reshape(-1, LENGTH)


def sign_bits(descriptors: np.ndarray) -> np.ndarray:
    """The signs of the 63 lowest frequencies besides the mean, the lowest first.

    Args:
        descriptors: N×:data:`LENGTH`.

    Returns:
        bool N×63.
    """
    rows, columns = np.divmod(np.arange(1, _HASH_SIDE * _HASH_SIDE), _HASH_SIDE)
    order = np.argsort(rows + columns, kind='stable')
    return descriptors[:, (rows * SIDE + columns)[order]] > 0
