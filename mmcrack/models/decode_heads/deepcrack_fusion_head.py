"""DeepCrack of Zou et al.: a SegNet decoder, fused with its encoder at every scale."""

from collections.abc import Sequence

import torch
from mmcv.cnn import ConvModule
from mmengine.model import ModuleList, Sequential
from torch import Tensor

from mmcrack.models.layers.deep_supervision import DeeplySupervisedHead
from mmcrack.models.layers.side_outputs import SideOutputs, start_as_mean
from mmcrack.models.layers.unpooling import max_pool_to, max_unpool
from mmcrack.registry import MODELS


@MODELS.register_module()
class DeepCrackFusionHead(DeeplySupervisedHead):
    """Head of DeepCrack (Zou et al., "DeepCrack: Learning hierarchical convolutional features for
    crack detection", IEEE TIP 28(3), 2019; online in 2018).

    SegNet's decoder mirrors the encoder: it unpools to the places where the encoder's pooling
    found its maxima, then convolves. At each scale the encoder's last features before pooling and
    the decoder's are concatenated, a 1×1 convolution makes a side output of them, bilinear
    upsampling brings it to the finest scale, and a 1×1 convolution fuses all scales
    (``conv_seg``). All are supervised. (The authors' later program has two 3×3 convolutions, at
    full resolution, in place of the 1×1.)

    The published encoder is VGG-16's convolutions with batch normalization
    (:class:`~mmcrack.models.backbones.PrePoolVGG`). Places of maxima are found by pooling each
    level to the next one's size, which repeats what that encoder does and gives any other
    backbone's levels the same meaning.

    Args:
        in_channels: Channels of each level, from fine to coarse.
        num_convs: Convolutions of the decoder at each level, from fine to coarse, or one number
            for all; the published (2, 2, 3, 3, 3) mirrors VGG-16. The last one at a level has the
            width of the next finer level.
        out_channels: Channels of the logits.
        side_weights: Factors of the side outputs' losses, from fine to coarse.
        norm_cfg: Normalization of the decoder.
        **kwargs: Further arguments of :class:`DeeplySupervisedHead` and of mmseg's
            ``BaseDecodeHead``.

    Raises:
        ValueError: ``num_convs`` does not fit the levels, no whole stride leads from one level to
            the next, or what the base class refuses.
    """

    def __init__(
        self,
        in_channels: Sequence[int],
        *,
        num_convs: int | Sequence[int] = 2,
        out_channels: int = 1,
        side_weights: float | Sequence[float] | None = 1.0,
        norm_cfg: dict | None = None,
        **kwargs,
    ) -> None:
        depths = [num_convs] * len(in_channels) if isinstance(num_convs, int) else list(num_convs)
        if len(depths) != len(in_channels) or min(depths) < 1:
            raise ValueError(
                f'decode_head.num_convs must give 1 or more for each of {len(in_channels)} levels, '
                f'got {num_convs}'
            )
        kwargs.setdefault('init_cfg', None)
        super().__init__(
            in_channels,
            channels=len(in_channels) * out_channels,
            out_channels=out_channels,
            num_sides=len(in_channels),
            side_weights=side_weights,
            norm_cfg=norm_cfg or {'type': 'BN'},
            **kwargs,
        )
        decoded = [in_channels[0], *in_channels[:-1]]
        self.stages = ModuleList(
            self._stage(wide, narrow, depth)
            for wide, narrow, depth in zip(in_channels, decoded, depths, strict=True)
        )
        self.sides = SideOutputs(
            [sum(pair) for pair in zip(in_channels, decoded, strict=True)],
            out_channels,
            align_corners=self.align_corners,
        )
        start_as_mean(self.conv_seg)

    def _stage(self, in_channels: int, out_channels: int, depth: int) -> Sequential:
        widths = [in_channels] * (depth - 1) + [out_channels]
        return Sequential(
            *(
                ConvModule(
                    in_channels,
                    width,
                    3,
                    padding=1,
                    conv_cfg=self.conv_cfg,
                    norm_cfg=self.norm_cfg,
                    act_cfg=self.act_cfg,
                )
                for width in widths
            )
        )

    def decode(self, levels: list[Tensor]) -> list[Tensor]:
        """The decoder's features at each level, from fine to coarse."""
        height, width = levels[-1].shape[2:]
        bottom = (max(1, height // 2), max(1, width // 2))
        sizes = [*(tuple(level.shape[2:]) for level in levels[1:]), bottom]
        pooled = [max_pool_to(level, size) for level, size in zip(levels, sizes, strict=True)]
        x, decoded = pooled[-1][0], []
        for stage, (_, places) in zip(reversed(self.stages), reversed(pooled), strict=True):
            x = stage(max_unpool(x, places))
            decoded.insert(0, x)
        return decoded

    def outputs(self, inputs: tuple[Tensor, ...]) -> tuple[Tensor, list[Tensor]]:
        """Fused logits and side logits, all (N, out_channels, H, W) of the finest level."""
        levels = self.levels(inputs)
        pairs = zip(levels, self.decode(levels), strict=True)
        sides = self.sides([torch.cat(pair, dim=1) for pair in pairs])
        return self.cls_seg(torch.cat(sides, dim=1)), sides
