"""The fully connected CRF that sharpens a coarse probability map along the image's edges."""

from collections.abc import Callable

import cv2
import numpy as np
from scipy.special import expit

from mmcrack.pseudo_labels.permutohedral import PermutohedralFilter

_CLIP = 1e-5
_REACH = 4  # standard deviations


def dense_crf(
    probability: np.ndarray,
    image: np.ndarray,
    *,
    gaussian_sxy: float = 3,
    gaussian_compat: float = 3,
    bilateral_sxy: float = 80,
    bilateral_srgb: float = 13,
    bilateral_compat: float = 10,
    iterations: int = 5,
) -> np.ndarray:
    r"""Crack probability after mean-field inference in a fully connected CRF of two classes.

    The energy is :math:`\sum_i -\log p_i(x_i) + \sum_{i<j} [x_i \neq x_j]\, (w_b k_b + w_g k_g)`
    with a Gaussian kernel of the distance, :math:`k_g`, and one of distance and color,
    :math:`k_b`. As in the authors' program, kernels are normalized symmetrically
    (:math:`D^{-1/2} K D^{-1/2}`), so that the compatibilities mean the same at every image size,
    and a pixel takes part in its own sum. The defaults are those of the program's example.

    :math:`k_g` is computed exactly up to four standard deviations, :math:`k_b` on the
    permutohedral lattice as in that program. This is an implementation of our own, in NumPy, SciPy
    and OpenCV, because wrappers of the program (pydensecrf, pydensecrf2) are published as C++
    sources alone; labels are nearly the same (docs/benchmarks/gpll.md). It takes some 450 bytes a
    pixel.

    Source: Krähenbühl and Koltun, Efficient Inference in Fully Connected CRFs with Gaussian Edge
    Potentials, 2011, Eq. 1-3 and algorithm 1.

    Args:
        probability: Crack probability, H×W in [0, 1].
        image: BGR uint8 H×W×3.
        gaussian_sxy: Standard deviation of :math:`k_g`, pixels.
        gaussian_compat: :math:`w_g`; 0 leaves the kernel out.
        bilateral_sxy: Standard deviation of :math:`k_b` in the image, pixels.
        bilateral_srgb: Standard deviation of :math:`k_b` in color, gray values.
        bilateral_compat: :math:`w_b`; 0 leaves the kernel out.
        iterations: Mean-field updates; 0 returns the (clipped) probability.

    Returns:
        float32 H×W in [0, 1].

    Raises:
        ValueError: the image is not BGR uint8 of the map's size, a probability is not in [0, 1],
            or a parameter is out of range.
    """
    _check(probability, image, iterations)
    for name, value in dict(gaussian=gaussian_compat, bilateral=bilateral_compat).items():
        if not value >= 0:
            raise ValueError(f'{name}_compat={value} must not be negative')
    unary = np.clip(probability, _CLIP, 1 - _CLIP).astype(np.float32)
    kernels = []
    if gaussian_compat:
        kernels.append((gaussian_compat, _gaussian(unary.shape, gaussian_sxy)))
    if bilateral_compat:
        kernels.append((bilateral_compat, _bilateral(image, bilateral_sxy, bilateral_srgb)))
    logit, crack = np.log(unary / (1 - unary)), unary
    for _ in range(iterations):
        # what crack gains from each kernel, minus what background gains
        gains = (weight * kernel(2 * crack - 1) for weight, kernel in kernels)
        crack = expit(sum(gains, logit))
    return crack


def _check(probability: np.ndarray, image: np.ndarray, iterations: int) -> None:
    if probability.ndim != 2 or image.dtype != np.uint8 or image.shape != (*probability.shape, 3):
        raise ValueError(
            f'a map of {probability.shape} needs a BGR image, uint8, of its size; '
            f'got {image.dtype} of {image.shape}'
        )
    if not ((probability >= 0) & (probability <= 1)).all():
        raise ValueError('probabilities must be in [0, 1]')
    if iterations < 0:
        raise ValueError(f'iterations={iterations} must not be negative')


def _gaussian(shape: tuple[int, int], sxy: float) -> Callable[[np.ndarray], np.ndarray]:
    """The kernel of the distance, nothing beyond the image."""
    _check_positive('gaussian_sxy', sxy)
    reach = int(np.ceil(_REACH * sxy))
    line = np.exp(-(np.arange(-reach, reach + 1) ** 2) / (2 * sxy**2)).astype(np.float32)

    def kernel(values: np.ndarray) -> np.ndarray:
        return cv2.sepFilter2D(values, cv2.CV_32F, line, line, borderType=cv2.BORDER_CONSTANT)

    return _normalized(kernel, shape)


def _bilateral(image: np.ndarray, sxy: float, srgb: float) -> Callable[[np.ndarray], np.ndarray]:
    """The kernel of distance and color."""
    _check_positive('bilateral_sxy', sxy)
    _check_positive('bilateral_srgb', srgb)
    shape = image.shape[:2]
    rows, columns = np.indices(shape, np.float32) / np.float32(sxy)
    features = np.dstack([rows, columns, image / np.float32(srgb)])
    lattice = PermutohedralFilter(features.reshape(-1, 5))
    return _normalized(lambda values: lattice(values.ravel()).reshape(shape), shape)


def _check_positive(name: str, value: float) -> None:
    if not value > 0:
        raise ValueError(f'{name}={value} must be positive')


def _normalized(
    kernel: Callable[[np.ndarray], np.ndarray], shape: tuple[int, int]
) -> Callable[[np.ndarray], np.ndarray]:
    """D^-1/2 K D^-1/2, where D holds the sums of K's rows."""
    scale = 1 / np.sqrt(kernel(np.ones(shape, np.float32)))
    return lambda values: scale * kernel(scale * values)
