"""Differences of gray values (UP-CrackNet, Patch-VQVAE)."""

from typing import Any, Literal

from torch import Tensor

from mmcrack.models.error_maps.error_map import ErrorMap
from mmcrack.registry import MODELS

_LUMA = (0.299, 0.587, 0.114)
_LEAST_RANGE = 1e-6


@MODELS.register_module()
class PixelErrorMap(ErrorMap):
    """Absolute difference of an image's gray values and its restoration's.

    Args:
        polarity: ``'both'``, as published, or ``'dark'``: only where the image is darker than its
            restoration, as a crack is; the rest is 0.
        stretch: Stretch the gray values of each image to [0, 1] before they are compared, and the
            differences thereafter, as UP-CrackNet's published code does. A map then says what
            stands out in its image, not by how much.
        **kwargs: Arguments of :class:`~mmcrack.models.error_maps.error_map.ErrorMap`.

    Raises:
        ValueError: the polarity is another.
    """

    def __init__(
        self,
        polarity: Literal['both', 'dark'] = 'both',
        *,
        stretch: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if polarity not in ('both', 'dark'):
            raise ValueError(f"PixelErrorMap: polarity={polarity!r} must be 'both' or 'dark'")
        self.polarity = polarity
        self.stretch = stretch

    def errors(self, image: Tensor, restored: Tensor) -> Tensor:
        """In [0, 1]."""
        difference = self._gray(restored) - self._gray(image)
        errors = difference.abs() if self.polarity == 'both' else difference.clamp_min(0)
        return stretched(errors) if self.stretch else errors

    def _gray(self, image: Tensor) -> Tensor:
        weights = image.new_tensor(_LUMA)[:, None, None]
        gray = (weights * image).sum(1, keepdim=True)
        return stretched(gray) if self.stretch else gray


def stretched(maps: Tensor) -> Tensor:
    """Each map of (N, 1, H, W) from its least and largest value to [0, 1]; 0 where it is flat."""
    low, high = maps.amin((2, 3), keepdim=True), maps.amax((2, 3), keepdim=True)
    return (maps - low) / (high - low).clamp_min(_LEAST_RANGE)
