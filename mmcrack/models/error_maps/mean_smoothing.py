"""A mean filter for error maps."""

from torch import Tensor, nn
from torch.nn import functional as F

from mmcrack.registry import MODELS


@MODELS.register_module()
class MeanSmoothing(nn.Module):
    """The mean of the square around each pixel, within the image (RIAD).

    Args:
        size: Side of the square, pixels, odd.

    Raises:
        ValueError: the size is no odd number.
    """

    def __init__(self, size: int = 21) -> None:
        super().__init__()
        if size < 1 or size % 2 == 0:
            raise ValueError(f'MeanSmoothing: size={size} must be an odd number of pixels')
        self.size = size

    def forward(self, errors: Tensor) -> Tensor:
        """Filter (N, 1, H, W)."""
        return F.avg_pool2d(errors, self.size, 1, self.size // 2, count_include_pad=False)
