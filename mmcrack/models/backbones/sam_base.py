"""The frozen base of a fine-tuned SAM: its fingerprint, its record in checkpoints, its tables.

A checkpoint of adapters alone is only right on the weights they were trained on. So it records
what they are, as one small tensor that any checkpoint reader can carry: JSON in bytes.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F


class BaseRecord(NamedTuple):
    """Which base weights adapters belong to.

    Args:
        sha256: :func:`fingerprint` of the frozen tensors.
        checkpoint: File that they came from.
        prefix: Prefix of their names in the file.
    """

    sha256: str
    checkpoint: str
    prefix: str | None

    def to_tensor(self) -> Tensor:
        """The record as uint8, for a state dict."""
        return torch.tensor(list(json.dumps(self._asdict()).encode()), dtype=torch.uint8)

    @classmethod
    def from_tensor(cls, tensor: Tensor) -> 'BaseRecord':
        """Read the record back from a state dict."""
        return cls(**json.loads(bytes(tensor.tolist()).decode()))


def fingerprint(tensors: Mapping[str, Tensor]) -> str:
    """SHA-256 over names, dtypes, shapes and bytes of tensors, in the order of their names."""
    digest = hashlib.sha256()
    for name in sorted(tensors):
        tensor = tensors[name].detach().cpu()
        digest.update(f'{name} {tensor.dtype} {tuple(tensor.shape)}\n'.encode())
        digest.update(tensor.flatten().view(torch.uint8).numpy())
    return digest.hexdigest()


def resize_pos_embed(pos_embed: Tensor, size: tuple[int, int]) -> Tensor:
    """Position embedding for another grid of tokens, bicubic: (1, h, w, C) to (1, *size, C)."""
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
