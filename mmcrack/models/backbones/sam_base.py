"""The tables of positions of a SAM encoder, for images of other sizes."""

from torch import Tensor
from torch.nn import functional as F


def resize_pos_embed(pos_embed: Tensor, size: tuple[int, int]) -> Tensor:
    """Position embedding for another grid of tokens, bicubic: (1, h, w, C) to (1, H, W, C)."""
    if tuple(pos_embed.shape[1:3]) == tuple(size):
        return pos_embed
    grid = pos_embed.permute(0, 3, 1, 2).float()
    grid = F.interpolate(grid, size=size, mode='bicubic', align_corners=False)
    return grid.permute(0, 2, 3, 1).to(pos_embed.dtype)


def resize_rel_pos(rel_pos: Tensor, length: int) -> Tensor:
    """Relative positions for another grid, linear as in segment-anything: (L, d) to (length, d)."""
    if rel_pos.shape[0] == length:
        return rel_pos
    table = F.interpolate(rel_pos.float().t()[None], size=length, mode='linear')
    return table[0].t().to(rel_pos.dtype)


def fit_positions(name: str, tensor: Tensor, target: Tensor) -> Tensor:
    """A checkpoint's tensor in the target's shape, where it is a table of positions."""
    if tensor.shape == target.shape:
        return tensor
    if name == 'pos_embed' and tensor.ndim == 4 and tensor.shape[-1] == target.shape[-1]:
        return resize_pos_embed(tensor, target.shape[1:3])
    if '.rel_pos_' in name and tensor.ndim == 2 and tensor.shape[-1] == target.shape[-1]:
        return resize_rel_pos(tensor, target.shape[0])
    return tensor
