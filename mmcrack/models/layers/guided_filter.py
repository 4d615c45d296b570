"""The guided filter (He, Sun & Tang, TPAMI 2013) from box filters."""

from torch import Tensor, nn
from torch.nn import functional as F


class GuidedFilter(nn.Module):
    """Smooths an image along the structures of a gray guide, at a cost linear in the radius.

    In each window of (2r+1)² pixels the output is the linear function a·guide + b that is nearest
    to the image under the penalty ε·a²; a pixel takes the mean of a and of b over the windows that
    hold it (Eq. 5, 6 and 8). Windows are cut at the border. Computed in float64: the variances
    are differences of means, and ε may be far below float32's resolution of those.

    Args:
        radius: r in pixels.
        eps: ε, to be seen beside the guide's variance in a window (guide in [0, 1]).

    Raises:
        ValueError: ``radius`` or ``eps`` is not positive.
    """

    def __init__(self, radius: int, eps: float) -> None:
        super().__init__()
        if radius < 1 or eps <= 0:
            raise ValueError(
                f'guided filter: radius and eps must be positive, got {radius} and {eps}'
            )
        self.radius = radius
        self.eps = eps

    def forward(self, guide: Tensor, image: Tensor) -> Tensor:
        """Filter ``image`` (N, C, H, W) by ``guide`` (N, 1 or C, H, W), both float."""
        wide_guide, wide_image = guide.double(), image.double()
        guide_mean, image_mean = self._mean(wide_guide), self._mean(wide_image)
        variance = self._mean(wide_guide.square()) - guide_mean.square()
        covariance = self._mean(wide_guide * wide_image) - guide_mean * image_mean
        slope = covariance / (variance + self.eps)
        offset = image_mean - slope * guide_mean
        return (self._mean(slope) * wide_guide + self._mean(offset)).to(image.dtype)

    def _mean(self, x: Tensor) -> Tensor:
        return box_mean(x, self.radius)

    def extra_repr(self) -> str:
        """The arguments."""
        return f'radius={self.radius}, eps={self.eps}'


def box_mean(x: Tensor, radius: int) -> Tensor:
    """Mean of (N, C, H, W) over the part of each window of (2·radius+1)² that lies inside."""
    width = 2 * radius + 1
    for kernel, padding in (((width, 1), (radius, 0)), ((1, width), (0, radius))):
        x = F.avg_pool2d(x, kernel, stride=1, padding=padding, count_include_pad=False)
    return x
