"""Side outputs and their fusion, as holistically-nested edge detection (Xie & Tu 2015) has them."""

from collections.abc import Sequence

import torch
from mmseg.models.utils import resize
from torch import Tensor, nn


class SideOutputs(nn.Module):
    """A 1×1 convolution of each level to logits, upsampled to the finest level's size.

    The upsampling is bilinear, which the papers write as a deconvolution with a bilinear kernel.

    Args:
        in_channels: Channels of each level, from fine to coarse.
        out_channels: Channels of the logits.
        align_corners: As in ``torch.nn.functional.interpolate``.
    """

    def __init__(
        self, in_channels: Sequence[int], out_channels: int, *, align_corners: bool = False
    ) -> None:
        super().__init__()
        self.convs = nn.ModuleList(nn.Conv2d(width, out_channels, 1) for width in in_channels)
        self.align_corners = align_corners
        for conv in self.convs:
            nn.init.normal_(conv.weight, std=0.01)
            nn.init.zeros_(conv.bias)

    def forward(self, levels: Sequence[Tensor]) -> list[Tensor]:
        """Logits of each level, all (N, out_channels, H, W) with H×W the first level's size."""
        return [
            resize(
                conv(level),
                size=levels[0].shape[2:],
                mode='bilinear',
                align_corners=self.align_corners,
            )
            for conv, level in zip(self.convs, levels, strict=True)
        ]


@torch.no_grad()
def start_as_mean(fusion: nn.Conv2d) -> None:
    """Let a 1×1 convolution of concatenated side outputs start as their mean."""
    channels = fusion.out_channels
    count = fusion.in_channels // channels
    mean = torch.eye(channels, device=fusion.weight.device).repeat(1, count) / count
    fusion.weight.copy_(mean[..., None, None])
    nn.init.zeros_(fusion.bias)
