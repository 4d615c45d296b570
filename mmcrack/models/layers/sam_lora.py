"""Which linear layers of a SAM block the names of LoRA targets mean."""

from collections.abc import Sequence

from segment_anything.modeling.image_encoder import Block
from torch import nn

from mmcrack.models.layers.lora import LoRALinear

TARGETS = ('q', 'k', 'v', 'proj', 'mlp')


def add_lora(
    blocks: nn.ModuleList,
    *,
    rank: int,
    alpha: float | None = None,
    dropout: float = 0.0,
    targets: Sequence[str] = ('q', 'v'),
    layers: Sequence[int] | None = None,
) -> None:
    """Replace linear layers of transformer blocks by :class:`LoRALinear`, in place.

    Args:
        blocks: The encoder's blocks.
        rank: Rank of the updates.
        alpha: Scale of the updates, times rank; None means ``rank``.
        dropout: Dropout before the updates.
        targets: Some of ``'q'``, ``'k'``, ``'v'``, ``'proj'`` (the attention's output) and
            ``'mlp'`` (both layers).
        layers: Indices of the blocks to adapt; None means all.

    Raises:
        ValueError: a target or a layer does not exist, or none is given.
    """
    unknown = sorted(set(targets) - set(TARGETS))
    if unknown or not targets:
        raise ValueError(f'lora.targets must be some of {TARGETS}, got {tuple(targets)}')
    layers = range(len(blocks)) if layers is None else layers
    if not layers or not all(0 <= i < len(blocks) for i in layers):
        raise ValueError(f'lora.layers must lie in 0…{len(blocks) - 1}, got {list(layers)}')
    for i in layers:
        _adapt(blocks[i], targets, {'rank': rank, 'alpha': alpha, 'dropout': dropout})


def _adapt(block: Block, targets: Sequence[str], options: dict) -> None:
    dim = block.attn.qkv.in_features
    thirds = {name: slice(i * dim, (i + 1) * dim) for i, name in enumerate('qkv')}
    parts = {name: part for name, part in thirds.items() if name in targets}
    if parts:
        block.attn.qkv = LoRALinear(block.attn.qkv, parts, **options)
    if 'proj' in targets:
        block.attn.proj = LoRALinear(block.attn.proj, {'proj': slice(None)}, **options)
    if 'mlp' in targets:
        block.mlp.lin1 = LoRALinear(block.mlp.lin1, {'lin1': slice(None)}, **options)
        block.mlp.lin2 = LoRALinear(block.mlp.lin2, {'lin2': slice(None)}, **options)
