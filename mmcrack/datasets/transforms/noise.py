"""Additive and multiplicative noise on 8-bit images (GPLL, section IV-C)."""

import numpy as np
from mmcv.transforms import BaseTransform

from mmcrack.registry import TRANSFORMS


def _to_uint8(values: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def _require_uint8(image: np.ndarray, name: str) -> None:
    if image.dtype != np.uint8:
        raise ValueError(f'{name} needs an 8-bit image, got {image.dtype}; put it before others')


@TRANSFORMS.register_module()
class RandomGaussianNoise(BaseTransform):
    """Add independent Gaussian noise to every value of an image.

    Combine with :class:`RandomMultiplicativeNoise` by mmcv's ``RandomChoice`` or ``RandomApply``.
    Draws come from NumPy's global state, as those of MMCV's transforms do.

    Required and changed key: ``img`` (uint8).

    Args:
        max_std: Gray values; the standard deviation is drawn from [0, ``max_std``] per image.

    Raises:
        ValueError: ``max_std`` is negative; when called, the image is not uint8.
    """

    def __init__(self, max_std: float = 2.55) -> None:
        if max_std < 0:
            raise ValueError(f'RandomGaussianNoise: max_std={max_std} must not be negative')
        self.max_std = max_std

    def transform(self, results: dict) -> dict:
        """Add the noise."""
        image = results['img']
        _require_uint8(image, type(self).__name__)
        rng = np.random.default_rng(np.random.randint(2**31))  # noqa: NPY002
        std = np.float32(rng.uniform(0, self.max_std))
        noise = rng.standard_normal(image.shape, dtype=np.float32)
        results['img'] = _to_uint8(image + std * noise)
        return results

    def __repr__(self) -> str:
        return f'{type(self).__name__}(max_std={self.max_std})'


@TRANSFORMS.register_module()
class RandomMultiplicativeNoise(BaseTransform):
    """Multiply an image by a random factor.

    Required and changed key: ``img`` (uint8).

    Args:
        multiplier: Lowest and highest factor.
        elementwise: Draw a factor for every value (speckle) and not one for the whole image.

    Raises:
        ValueError: the range is empty or below 0; when called, the image is not uint8.
    """

    def __init__(
        self, multiplier: tuple[float, float] = (0.75, 1.25), *, elementwise: bool = False
    ) -> None:
        low, high = multiplier
        if not 0 <= low <= high:
            raise ValueError(f'RandomMultiplicativeNoise: multiplier={multiplier} is no range ≥ 0')
        self.multiplier = (low, high)
        self.elementwise = elementwise

    def transform(self, results: dict) -> dict:
        """Multiply."""
        image = results['img']
        _require_uint8(image, type(self).__name__)
        rng = np.random.default_rng(np.random.randint(2**31))  # noqa: NPY002
        factor = rng.uniform(*self.multiplier, size=image.shape if self.elementwise else None)
        results['img'] = _to_uint8(image * np.float32(factor))
        return results

    def __repr__(self) -> str:
        return (
            f'{type(self).__name__}(multiplier={self.multiplier}, elementwise={self.elementwise})'
        )
