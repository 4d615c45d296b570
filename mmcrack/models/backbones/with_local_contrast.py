"""How dark a pixel is among its neighbours, as further channels of a backbone's input."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from mmcrack.models.backbones.transformed_input import TransformedInput
from mmcrack.registry import MODELS


@MODELS.register_module()
class WithLocalContrast(TransformedInput):
    """Any backbone, which sees besides the image its local contrast at several scales.

    Each further channel is the gray value in units of its surroundings, (g − μ) / √(σ² + ε²), with
    mean μ and variance σ² of a square window around the pixel, within the image. Cracks are dark
    among their neighbours whatever the light and the surface, which a small network would have to
    learn from examples of each.

    Args:
        backbone: Config of the backbone; its ``in_channels`` is 3 + the number of windows.
        windows: Sides of the windows in pixels, odd.
        noise: ε, in units of the normalized image: contrast below it counts little.
        init_cfg: MMEngine's initialization config; the backbone has its own.

    Raises:
        ValueError: a window is no odd number from 3.
    """

    def __init__(
        self,
        backbone: dict,
        windows: Sequence[int] = (15, 61),
        noise: float = 0.05,
        init_cfg: dict | None = None,
    ) -> None:
        if any(window < 3 or window % 2 == 0 for window in windows):
            raise ValueError(f'windows={tuple(windows)}: expected odd numbers from 3')
        super().__init__(backbone, init_cfg)
        self.windows = tuple(windows)
        self.noise = noise

    def transform(self, x: Tensor) -> Tensor:
        """(N, 3, H, W), normalized, to itself and its contrasts."""
        gray = x.mean(1, keepdim=True)
        contrasts = [local_contrast(gray, window, self.noise) for window in self.windows]
        return torch.cat([x, *contrasts], 1)


def local_contrast(gray: Tensor, window: int, noise: float) -> Tensor:
    """Gray values in units of their surroundings, (N, 1, H, W) to the same.

    Args:
        gray: The values.
        window: Side of the square around each pixel, odd.
        noise: Standard deviation that is added to that of the surroundings.
    """
    mean = _box_mean(gray, window)
    variance = (_box_mean(gray.square(), window) - mean.square()).clamp_min(0)
    return (gray - mean) / (variance + noise**2).sqrt()


def _box_mean(values: Tensor, window: int) -> Tensor:
    """Mean of a square, one direction after the other; outside the image there is nothing."""
    half = window // 2
    for kernel, padding in (((1, window), (0, half)), ((window, 1), (half, 0))):
        values = F.avg_pool2d(values, kernel, 1, padding, count_include_pad=False)
    return values
