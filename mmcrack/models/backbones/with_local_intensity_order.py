"""The order of gray values along four directions as a backbone's input."""

import torch
import torch.nn.functional as F
from torch import Tensor

from mmcrack.models.backbones.transformed_input import TransformedInput
from mmcrack.registry import MODELS

_REACH = 8  # neighbours, as many as a code has bits
_DIRECTIONS = ((0, 1), (0, -1), (1, 0), (-1, 0))  # rows down, columns right


@MODELS.register_module()
class WithLocalIntensityOrder(TransformedInput):
    """Any backbone, which sees of the image the local intensity order alone (LIOT).

    Four channels, one a direction (right, left, down, up), hold which of a pixel's eight next
    neighbours are darker than it, as an 8-bit code over 255. Absolute gray values are gone: light,
    contrast and any rising gray curve change nothing, so that synthetic and real photographs come
    closer to each other.

    Source: Shi, Boutry, Xu and Géraud, Local Intensity Order Transformation for Robust Curvilinear
    Object Segmentation, IEEE TIP 2022. Our readings: the nearest neighbour is the highest bit in
    all directions (in the official code it is the lowest in two of them), and the image goes on
    mirrored outside itself (there it is black, which frames every crop by a step).

    Args:
        backbone: Config of the backbone, with ``in_channels=4``.
        margin: How much darker a neighbour must be, in units of the normalized image. The default
            is below a gray level and above rounding errors; more ignores noise, but makes the codes
            depend on contrast.
        init_cfg: MMEngine's initialization config; the backbone has its own.

    Raises:
        ValueError: ``margin`` is negative.
    """

    def __init__(
        self, backbone: dict, *, margin: float = 1e-3, init_cfg: dict | None = None
    ) -> None:
        if margin < 0:
            raise ValueError(f'margin={margin} must not be negative')
        super().__init__(backbone, init_cfg)
        self.margin = margin

    @torch.no_grad()
    def transform(self, x: Tensor) -> Tensor:
        """(N, 3, H, W), normalized, to codes (N, 4, H, W)."""
        return local_intensity_order(x.mean(1, keepdim=True), margin=self.margin).to(x)


def local_intensity_order(gray: Tensor, *, margin: float = 0.0) -> Tensor:
    """Codes of the local intensity order, (N, 1, H, W) to (N, 4, H, W) in [0, 1].

    Args:
        gray: The values.
        margin: How much darker than a pixel a neighbour must be, for its bit to be 1.

    Raises:
        ValueError: a side is not longer than the eight neighbours.
    """
    height, width = gray.shape[-2:]
    if min(height, width) <= _REACH:
        raise ValueError(f'{height}×{width} pixels; local intensity order needs more than {_REACH}')
    padded = F.pad(gray, (_REACH,) * 4, mode='reflect')
    codes = []
    for down, right in _DIRECTIONS:
        code = torch.zeros_like(gray)
        for distance in range(1, _REACH + 1):
            top, left = _REACH + down * distance, _REACH + right * distance
            neighbour = padded[..., top : top + height, left : left + width]
            code += (gray - neighbour > margin) * 2.0 ** (_REACH - distance)
        codes.append(code)
    return torch.cat(codes, 1) / (2**_REACH - 1)
