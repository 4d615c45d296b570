"""The last layer of a network that restores images."""

from mmengine.model import BaseModule
from torch import Tensor, nn

from mmcrack.registry import MODELS


@MODELS.register_module()
class RestorationHead(BaseModule):
    """One convolution from a level of a backbone to an image in [0, 1].

    RIAD and UP-CrackNet end in tanh, for images in [−1, 1]; the sigmoid here is the same function
    but for the scale of its argument: (1 + tanh(x)) / 2 = sigmoid(2x).

    Args:
        in_channels: Channels of the level.
        in_index: Its number.
        stride: The level's stride: 1 for a 3×3 convolution, 2 for a transposed one of 4×4.
        threshold: Probability above which mmseg calls a pixel a crack.
        init_cfg: MMEngine's initialization config.

    Raises:
        ValueError: the stride is another.
    """

    num_classes = 2
    out_channels = 1  # of the segmentor's map, not of the image
    align_corners = False
    ignore_index = -1

    def __init__(
        self,
        in_channels: int,
        in_index: int = -1,
        *,
        stride: int = 1,
        threshold: float = 0.5,
        init_cfg: dict | None = None,
    ) -> None:
        super().__init__(init_cfg)
        if stride not in (1, 2):
            raise ValueError(f'RestorationHead: stride={stride} must be 1 or 2')
        self.in_channels = in_channels
        self.in_index = in_index
        self.threshold = threshold
        self.to_image = (
            nn.Conv2d(in_channels, 3, 3, padding=1)
            if stride == 1
            else nn.ConvTranspose2d(in_channels, 3, 4, stride=2, padding=1)
        )

    def forward(self, features: tuple[Tensor, ...]) -> Tensor:
        """Images (N, 3, H, W) in [0, 1] from a backbone's levels."""
        return self.to_image(features[self.in_index]).sigmoid()

    def restore(self, features: tuple[Tensor, ...]) -> tuple[Tensor, dict[str, Tensor]]:
        """As :meth:`forward`, and no losses of its own."""
        return self(features), {}
