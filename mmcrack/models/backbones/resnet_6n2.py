"""The residual networks of 6n + 2 layers, as for CIFAR; IGMSDA's ResNet-110."""

from typing import ClassVar

from mmpretrain.models.backbones.resnet import BasicBlock
from mmpretrain.models.backbones.resnet_cifar import ResNet_CIFAR
from torch import Tensor, nn
from torch.nn import functional as F

from mmcrack.registry import MODELS


@MODELS.register_module()
class ResNet6n2(ResNet_CIFAR):
    """ResNet of 6n + 2 layers: three stages of n blocks with 16, 32 and 64 channels.

    He et al., "Deep Residual Learning for Image Recognition", CVPR 2016, section 4.2: a 3×3
    convolution, 6n more in blocks of two, and the classifier; where a stage halves the size,
    shortcuts take every second pixel and pad with zero channels, so they have no parameters.

    The input (N, 3, H, W) is not reduced before the first stage; the output is a tuple of one
    map, (N, 64, H/4, W/4).

    Args:
        depth: 20, 32, 44, 56 or 110.
        **kwargs: ``norm_cfg``, ``frozen_stages``, ``with_cp`` and the like of mmpretrain's
            ``ResNet``.

    Raises:
        KeyError: There is no such depth.
    """

    arch_settings: ClassVar[dict] = {6 * n + 2: (BasicBlock, (n, n, n)) for n in (3, 5, 7, 9, 18)}

    def __init__(self, depth: int = 110, **kwargs) -> None:
        super().__init__(
            depth,
            stem_channels=16,
            base_channels=16,
            num_stages=3,
            strides=(1, 2, 2),
            dilations=(1, 1, 1),
            out_indices=(2,),
            **kwargs,
        )
        for name, channels in zip(self.res_layers[1:], (32, 64), strict=True):
            getattr(self, name)[0].downsample = ZeroPadShortcut(channels)


class ZeroPadShortcut(nn.Module):
    """Every second pixel, with zero channels appended up to ``channels``."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.channels = channels

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) to (N, channels, ⌈H/2⌉, ⌈W/2⌉)."""
        return F.pad(x[..., ::2, ::2], (0, 0, 0, 0, 0, self.channels - x.shape[1]))
