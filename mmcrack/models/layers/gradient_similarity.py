"""The similarity of two images' gradient magnitudes (RIAD, after GMSD)."""

import torch
from torch import Tensor
from torch.nn import functional as F

# 170 of gray values to 255 in Xue et al., Gradient magnitude similarity deviation, 2014
STABILITY = 170 / 255**2
_EPSILON = 1e-10  # below it the root's slope would be infinite


def gradient_magnitude(gray: Tensor) -> Tensor:
    """√(gx² + gy²) by Prewitt's filters, a third of their sums, as scikit-image's.

    Args:
        gray: (N, 1, H, W); its border pixels are repeated outwards.

    Returns:
        (N, 1, H, W).
    """
    line = torch.tensor([-1.0, 0.0, 1.0], device=gray.device, dtype=gray.dtype)
    across = line.expand(3, 3) / 3
    filters = torch.stack([across, across.T])[:, None]
    slopes = F.conv2d(F.pad(gray, (1, 1, 1, 1), mode='replicate'), filters)
    return (slopes.square().sum(1, keepdim=True) + _EPSILON).sqrt()


def gradient_similarity(first: Tensor, second: Tensor, stability: float = STABILITY) -> Tensor:
    """GMS = (2ab + c) / (a² + b² + c) of the magnitudes a, b of two images' gray values.

    Args:
        first: (N, C, H, W), in [0, 1]; gray is the mean of the channels.
        second: As ``first``.
        stability: c: what differs by gradients far below √c counts as alike.

    Returns:
        (N, 1, H, W), in (0, 1], 1 where they are equal.
    """
    a, b = (gradient_magnitude(image.mean(1, keepdim=True)) for image in (first, second))
    return (2 * a * b + stability) / (a.square() + b.square() + stability)


def similarity_pyramid(first: Tensor, second: Tensor, scales: int = 4) -> list[Tensor]:
    """GMS of two images at full size, half, quarter, …

    Args:
        first: (N, C, H, W), in [0, 1].
        second: As ``first``.
        scales: Number of sizes; each halves the one before it by averaging.

    Returns:
        A map (N, 1, H/2^s, W/2^s) for each size, rounded down.

    Raises:
        ValueError: the images are too small to be halved so often.
    """
    if min(first.shape[2:]) < 2 ** (scales - 1):
        raise ValueError(
            f'Images of {tuple(first.shape[2:])} pixels have no {scales} scales; at least '
            f'{2 ** (scales - 1)} are needed'
        )
    maps = [gradient_similarity(first, second)]
    for _ in range(scales - 1):
        first, second = F.avg_pool2d(first, 2), F.avg_pool2d(second, 2)
        maps.append(gradient_similarity(first, second))
    return maps
