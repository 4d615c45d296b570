"""The convolutional encoder of CoGenSAM's two VQVAEs."""

from collections.abc import Sequence
from itertools import pairwise

from mmengine.model import BaseModule
from torch import Tensor, nn

from mmcrack.models.layers.vq_blocks import down_block
from mmcrack.registry import MODELS


@MODELS.register_module()
class VQEncoder(BaseModule):
    """Encoder ``M_e`` of CoGenSAM (Eq. 2): blocks of ResBlocks and a stride-2 convolution.

    The published size is four blocks of two ResBlocks each; 288×288 in gives an 18×18 latent of
    256 channels.

    Args:
        in_channels: Channels of the image: 1 for masks.
        channels: Width of each block; their number is the number of halvings.
        embed_dim: Channels of the latent, the codebook's dimension.
        num_res_blocks: ResBlocks a block.
        reduce_first: Halve before the ResBlocks of a block, not after: a quarter of the
            arithmetic, for training on CPUs.
        norm_cfg: Normalization of the ResBlocks. Batch normalization keeps tiles of a large
            image consistent with the whole, which per-image statistics do not.
        init_cfg: MMEngine's initialization config.
    """

    def __init__(
        self,
        in_channels: int = 1,
        channels: Sequence[int] = (64, 128, 256, 256),
        embed_dim: int = 256,
        *,
        num_res_blocks: int = 2,
        reduce_first: bool = False,
        norm_cfg: dict | None = None,
        init_cfg: dict | None = None,
    ) -> None:
        super().__init__(init_cfg)
        norm_cfg = norm_cfg or {'type': 'BN'}
        widths = [*channels, channels[-1]]
        self.stem = nn.Conv2d(in_channels, channels[0], 3, padding=1)
        self.blocks = nn.ModuleList(
            down_block(
                narrow,
                wide,
                num_blocks=num_res_blocks,
                reduce_first=reduce_first,
                norm_cfg=norm_cfg,
            )
            for narrow, wide in pairwise(widths)
        )
        self.project = nn.Conv2d(channels[-1], embed_dim, 1)

    def forward(self, x: Tensor) -> tuple[Tensor]:
        """Encode (N, in_channels, H, W) as one level of (N, embed_dim, H/2^B, W/2^B)."""
        x = self.stem(x)
        for block in self.blocks:
            x = block(x)
        return (self.project(x),)
