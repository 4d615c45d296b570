"""A random walk along pixel affinities, which carries a probability map to similar pixels."""

import numpy as np
from scipy import sparse


def affinity_random_walk(
    probability: np.ndarray,
    image: np.ndarray,
    *,
    radius: float = 5,
    sigma_rgb: float = 5,
    steps: int = 16,
) -> np.ndarray:
    r"""Crack probability after a random walk between similar pixels that lie close together.

    :math:`p' = T^t p` with :math:`T = D^{-1} W`, where :math:`W_{ij} = \exp(-|I_i - I_j|^2 /
    2\sigma^2)` for pixels at most ``radius`` apart, :math:`W_{ii} = 1`, else 0, and D holds the
    sums of W's rows: each step replaces a pixel by the mean of its surroundings, weighted by
    similarity. The background's map, 1 - p, goes the same way, so p' stays a probability.

    Source: Ahn and Kwak, Learning Pixel-level Semantic Affinity, 2018, section 3.4, which Wang et
    al.'s labels follow, as König et al. describe them (section IV-D, in one sentence). What is not
    theirs but our reading:

    - W comes from the image's colors. The original learns features for it, in a second network
      that is trained on the CRF's confident pixels.
    - The power :math:`\beta` to which the original raises W's elements is part of
      :math:`\sigma`.
    - The walk runs at full size, with fewer steps; the original's, on a map of an eighth of the
      size and 256 steps long, would wash out a crack of a few pixels.
    - The original weakens or strengthens the background's map; here it is as it is.

    Memory and time grow with the number of pixels times that of neighbors; with a radius of 5 it
    takes some 350 bytes a pixel.

    Args:
        probability: Crack probability, H×W in [0, 1]; in Wang et al.'s labels the CRF's.
        image: BGR uint8 H×W×3.
        radius: Farthest distance of pixels that one step joins, pixels.
        sigma_rgb: :math:`\sigma`, gray values.
        steps: :math:`t`; 0 returns the probability.

    Returns:
        float32 H×W in [0, 1].

    Raises:
        ValueError: the image is not BGR uint8 of the map's size, a probability is not in [0, 1],
            or a parameter is out of range.
    """
    _check(probability, image, radius, sigma_rgb, steps)
    affinity = _affinity(image, radius, sigma_rgb)
    total = affinity @ np.ones(probability.size, np.float32)
    walked = probability.astype(np.float32).ravel()
    for _ in range(steps):
        walked = (affinity @ walked) / total
    return np.clip(walked, 0, 1).reshape(probability.shape)


def _check(
    probability: np.ndarray, image: np.ndarray, radius: float, sigma_rgb: float, steps: int
) -> None:
    if probability.ndim != 2 or image.dtype != np.uint8 or image.shape != (*probability.shape, 3):
        raise ValueError(
            f'a map of {probability.shape} needs a BGR image, uint8, of its size; '
            f'got {image.dtype} of {image.shape}'
        )
    if not ((probability >= 0) & (probability <= 1)).all():
        raise ValueError('probabilities must be in [0, 1]')
    if radius < 1 or not sigma_rgb > 0 or steps < 0:
        raise ValueError(
            f'radius={radius} must be at least 1, sigma_rgb={sigma_rgb} positive, '
            f'steps={steps} not negative'
        )


def _affinity(image: np.ndarray, radius: float, sigma_rgb: float) -> sparse.dia_array:
    """W, with one diagonal for each offset between neighbors."""
    height, width = image.shape[:2]
    colors = image.astype(np.float32) / np.float32(sigma_rgb * np.sqrt(2))
    offsets = [
        (down, right) for down, right in _offsets(radius) if down < height and abs(right) < width
    ]
    steps = np.array([0, *(down * width + right for down, right in offsets)])
    diagonals, number = np.unique([steps, -steps], return_inverse=True)  # some meet if it is narrow
    forth, back = number.reshape(2, -1)
    affinity = np.zeros((diagonals.size, height, width), np.float32)
    affinity[forth[0]] = 1
    for (down, right), ahead, behind in zip(offsets, forth[1:], back[1:], strict=True):
        here = slice(0, height - down), slice(max(0, -right), width - max(0, right))
        there = slice(down, height), slice(max(0, right), width + min(0, right))
        weight = np.exp(-np.square(colors[here] - colors[there]).sum(axis=2))
        # a diagonal is indexed by its columns: the pixel that is read
        affinity[ahead][there] = weight
        affinity[behind][here] = weight
    shape = (height * width, height * width)
    return sparse.dia_array((affinity.reshape(diagonals.size, -1), diagonals), shape)


def _offsets(radius: float) -> list[tuple[int, int]]:
    """One of each two opposite offsets to the neighbors: rows down, columns right."""
    reach = range(-int(radius), int(radius) + 1)
    return [
        (down, right)
        for down in reach
        for right in reach
        if (down, right) > (0, 0) and down**2 + right**2 <= radius**2
    ]
