"""SAM's transformer block, with the official parameters and a lighter attention."""

import torch
from segment_anything.modeling.image_encoder import (
    Attention,
    Block,
    get_rel_pos,
)
from torch import Tensor, nn

from mmcrack.models.layers.rel_pos_attention import CHUNK_ELEMENTS, attend

KERNELS = ('auto', 'chunked', 'folded', 'official')


class SAMAttention(Attention):
    """The official attention's parameters under their names, computed by another kernel.

    Windows are cut after the projection to q, k and v: a window's padding is 0, its q, k and v are
    the projection's bias, and so only real tokens pass through the two linear layers (at 512² a
    third of the official ones are padding).

    Args:
        official: The attention whose parameters to take over.
        window_size: Side of a window in tokens; 0 attends over all tokens.
        kernel: One of :data:`KERNELS`.
    """

    def __init__(self, official: Attention, window_size: int, kernel: str) -> None:
        nn.Module.__init__(self)
        self.num_heads = official.num_heads
        self.scale = official.scale
        self.qkv = official.qkv
        self.proj = official.proj
        self.rel_pos_h = official.rel_pos_h
        self.rel_pos_w = official.rel_pos_w
        self.window_size = window_size
        self.kernel = kernel

    def forward(self, x: Tensor) -> Tensor:
        """Attend: (B, H, W, C) to (B, H, W, C)."""
        height, width = x.shape[1:3]
        qkv = self.qkv(x)
        if self.window_size == 0:
            return self.proj(self._attend(qkv, (height, width)))
        out = self._attend(self._pad(qkv), (self.window_size, self.window_size))
        return self.proj(out[:, :height, :width])

    def _pad(self, qkv: Tensor) -> Tensor:
        """Pad to whole windows with the projection of a 0, the bias, at the bottom and right."""
        batch, height, width, channels = qkv.shape
        bottom, right = -height % self.window_size, -width % self.window_size
        if not bottom and not right:
            return qkv
        padded = qkv.new_empty(batch, height + bottom, width + right, channels)
        padded[:, :height, :width] = qkv
        padded[:, height:] = self.qkv.bias.to(qkv.dtype)
        padded[:, :height, width:] = self.qkv.bias.to(qkv.dtype)
        return padded

    def _attend(self, qkv: Tensor, window: tuple[int, int]) -> Tensor:
        """Multi-head attention in each window of a grid: (B, H, W, 3C) to (B, H, W, C)."""
        batch, height, width, _ = qkv.shape
        rows, columns = height // window[0], width // window[1]
        grid = qkv.reshape(batch, rows, window[0], columns, window[1], 3, self.num_heads, -1)
        heads = grid.permute(5, 0, 1, 3, 6, 2, 4, 7)  # (3, B, rows, columns, heads, h, w, d)
        q, k, v = heads.reshape(3, -1, window[0] * window[1], heads.shape[-1]).unbind(0)
        rel_h, rel_w = self._relative_positions(q, *window)
        out = attend(q, k, v, rel_h, rel_w, scale=self.scale, kernel=self.kernel)
        out = out.view(heads.shape[1:]).permute(0, 1, 4, 2, 5, 3, 6)
        return out.reshape(batch, height, width, -1)

    def _relative_positions(self, q: Tensor, height: int, width: int) -> tuple[Tensor, Tensor]:
        """Bias of each query per key row and per key column: (B, N, H) and (B, N, W)."""
        grid = q.unflatten(1, (height, width))
        table_h = get_rel_pos(height, height, self.rel_pos_h)
        table_w = get_rel_pos(width, width, self.rel_pos_w)
        rel_h = torch.einsum('bhwc,hkc->bhwk', grid, table_h)
        rel_w = torch.einsum('bhwc,wkc->bhwk', grid, table_w)
        return rel_h.flatten(1, 2), rel_w.flatten(1, 2)


class SAMBlock(Block):
    """The official transformer block around :class:`SAMAttention`.

    Args:
        official: The block whose parts to take over.
        kernel: One of :data:`KERNELS`.
    """

    def __init__(self, official: Block, kernel: str) -> None:
        nn.Module.__init__(self)
        self.norm1 = official.norm1
        self.attn = SAMAttention(official.attn, official.window_size, kernel)
        self.norm2 = official.norm2
        self.mlp = official.mlp
        self.window_size = official.window_size

    def forward(self, x: Tensor) -> Tensor:
        """Attention and MLP with residuals: (B, H, W, C) to (B, H, W, C)."""
        x = x + self.attn(self.norm1(x))
        return x + self._mlp(self.norm2(x))

    def _mlp(self, x: Tensor) -> Tensor:
        """The MLP; in inference on a CPU by rows of tokens, whose hidden layer fits a cache."""
        if torch.is_grad_enabled() or x.device.type != 'cpu':
            return self.mlp(x)
        row = x.shape[0] * x.shape[2] * self.mlp.lin1.out_features
        parts = x.split(max(1, CHUNK_ELEMENTS // row), dim=1)
        return torch.cat([self.mlp(part) for part in parts], dim=1)
