"""OED: the optimized decoder of König et al."""

from collections.abc import Sequence

import torch
from mmcv.cnn import ConvModule
from mmengine.model import BaseModule, ModuleList, Sequential
from torch import Tensor, nn
from torch.nn import functional as F

from mmcrack.models.layers.deep_supervision import DeeplySupervisedHead
from mmcrack.registry import MODELS

# as mmseg starts the last layer of its heads; ConvModule starts the others by He's rule
_START = {
    'type': 'Normal',
    'std': 0.01,
    'override': [{'name': 'conv_seg'}, {'name': 'side_convs'}],
}


@MODELS.register_module()
class OEDHead(DeeplySupervisedHead):
    """Decoder of "Optimized deep encoder-decoder methods for crack segmentation" (König et al.,
    Digital Signal Processing 108, 2021).

    From the coarsest level up, each block upsamples to the next finer level by the nearest
    neighbor, appends that level, convolves (with normalization) and passes two residual blocks
    (without). Each block's features are supervised through a 1×1 convolution. The last block has
    two plain convolutions and appends features that two convolutions made of the image itself. A
    3×3 convolution gives the logits.

    The published encoder is EfficientNet-B5. The image is a level like others, stride 1, that
    :class:`~mmcrack.models.backbones.WithImage` puts before a backbone's own. Differences to the
    authors' program: skips are the outputs of the encoder's stages, where theirs are these
    expanded by the next block's first 1×1 convolution; side outputs are upsampled as logits,
    theirs as probabilities.

    Args:
        in_channels: Channels of each level, from fine to coarse, the image's first.
        decoder_channels: Width of each block, from coarse to fine, one fewer than levels.
        image_level: Whether the first level is the image. Without it all blocks are alike and
            the last one's features are supervised by the main output alone.
        image_channels: Width of the convolutions of the image.
        out_channels: Channels of the logits.
        side_weights: Factors of the side outputs' losses, from fine to coarse; there is one for
            each block but the last.
        norm_cfg: Normalization.
        **kwargs: Further arguments of :class:`DeeplySupervisedHead` and of mmseg's
            ``BaseDecodeHead``.

    Raises:
        ValueError: ``decoder_channels`` does not fit the levels, or what the base class refuses.
    """

    def __init__(
        self,
        in_channels: Sequence[int],
        *,
        decoder_channels: Sequence[int] = (256, 128, 64, 32, 16),
        image_level: bool = True,
        image_channels: int = 16,
        out_channels: int = 1,
        side_weights: float | Sequence[float] | None = 1.0,
        norm_cfg: dict | None = None,
        **kwargs,
    ) -> None:
        if len(decoder_channels) != len(in_channels) - 1 or not decoder_channels:
            raise ValueError(
                'decode_head.decoder_channels needs a width for each step from one level to the '
                f'next: {len(in_channels) - 1} of them, got {list(decoder_channels)}'
            )
        kwargs.setdefault('init_cfg', _START)
        super().__init__(
            in_channels,
            channels=decoder_channels[-1],
            out_channels=out_channels,
            num_sides=len(decoder_channels) - 1,
            side_weights=side_weights,
            norm_cfg=norm_cfg or {'type': 'BN'},
            **kwargs,
        )
        self.conv_seg = nn.Conv2d(self.channels, out_channels, 3, padding=1)
        skips = list(in_channels)
        self.image_convs = None
        if image_level:
            self.image_convs = self._plain(in_channels[0], image_channels)
            skips[0] = image_channels
        self.blocks = self._build_blocks(skips, decoder_channels)
        self.side_convs = (
            ModuleList()
            if self.side_weights is None
            else ModuleList(nn.Conv2d(width, out_channels, 1) for width in decoder_channels[:-1])
        )

    def _conv(self, in_channels: int, out_channels: int) -> ConvModule:
        return ConvModule(
            in_channels,
            out_channels,
            3,
            padding=1,
            conv_cfg=self.conv_cfg,
            norm_cfg=self.norm_cfg,
            act_cfg=self.act_cfg,
        )

    def _plain(self, in_channels: int, width: int) -> Sequential:
        return Sequential(self._conv(in_channels, width), self._conv(width, width))

    def _residual(self, in_channels: int, width: int) -> Sequential:
        return Sequential(
            self._conv(in_channels, width), ResidualBlock(width), ResidualBlock(width)
        )

    def _build_blocks(self, skips: list[int], widths: Sequence[int]) -> ModuleList:
        below = [skips[-1], *widths[:-1]]
        inputs = [sum(pair) for pair in zip(below, reversed(skips[:-1]), strict=True)]
        makers = [self._residual] * len(widths)
        if self.image_convs is not None:
            makers[-1] = self._plain
        return ModuleList(
            make(wide, narrow) for make, wide, narrow in zip(makers, inputs, widths, strict=True)
        )

    def decode(self, levels: list[Tensor]) -> list[Tensor]:
        """The features of each block, from fine to coarse."""
        if self.image_convs is not None:
            levels = [self.image_convs(levels[0]), *levels[1:]]
        x, decoded = levels[-1], []
        for block, skip in zip(self.blocks, reversed(levels[:-1]), strict=True):
            x = block(torch.cat([F.interpolate(x, size=skip.shape[2:]), skip], dim=1))
            decoded.insert(0, x)
        return decoded

    def outputs(self, inputs: tuple[Tensor, ...]) -> tuple[Tensor, list[Tensor]]:
        """Logits at the finest level's size, and side logits at the next coarser ones'."""
        finest, *coarser = self.decode(self.levels(inputs))
        if self.side_weights is None:
            return self.cls_seg(finest), []
        pairs = zip(self.side_convs, reversed(coarser), strict=True)
        return self.cls_seg(finest), [conv(x) for conv, x in pairs][::-1]


class ResidualBlock(BaseModule):
    """x + ReLU(conv(ReLU(conv(x)))) with 3×3 convolutions, without normalization."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.convs = Sequential(*(ConvModule(channels, channels, 3, padding=1) for _ in range(2)))

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, channels, H, W) to the same shape."""
        return x + self.convs(x)
