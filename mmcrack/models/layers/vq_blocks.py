"""The down- and up-sampling blocks of CoGenSAM's VQVAE."""

from mmengine.model import Sequential
from mmseg.models.backbones.resnet import BasicBlock
from torch import nn


def residual_blocks(channels: int, num_blocks: int, norm_cfg: dict) -> list[nn.Module]:
    """ResBlocks (He et al. 2016) that keep shape (N, channels, H, W)."""
    return [BasicBlock(channels, channels, norm_cfg=norm_cfg) for _ in range(num_blocks)]


def down_block(
    in_channels: int, out_channels: int, *, num_blocks: int, reduce_first: bool, norm_cfg: dict
) -> Sequential:
    """ResBlocks and a stride-2 convolution: (N, in, H, W) to (N, out, H/2, W/2).

    Args:
        in_channels: Channels of the input.
        out_channels: Channels of the output.
        num_blocks: Number of ResBlocks.
        reduce_first: Put the convolution before the ResBlocks, which then cost a quarter.
        norm_cfg: Normalization of the ResBlocks.
    """
    reduce = nn.Conv2d(in_channels, out_channels, 4, stride=2, padding=1)
    if reduce_first:
        return Sequential(reduce, *residual_blocks(out_channels, num_blocks, norm_cfg))
    return Sequential(*residual_blocks(in_channels, num_blocks, norm_cfg), reduce)


def up_block(
    in_channels: int, out_channels: int, *, num_blocks: int, enlarge_last: bool, norm_cfg: dict
) -> Sequential:
    """The mirror of :func:`down_block`: (N, in, H, W) to (N, out, 2H, 2W)."""
    enlarge = nn.ConvTranspose2d(in_channels, out_channels, 4, stride=2, padding=1)
    if enlarge_last:
        return Sequential(*residual_blocks(in_channels, num_blocks, norm_cfg), enlarge)
    return Sequential(enlarge, *residual_blocks(out_channels, num_blocks, norm_cfg))
