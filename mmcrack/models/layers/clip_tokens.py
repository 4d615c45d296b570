"""Token maps of CLIP's image towers at chosen depths, for images of any size."""

from collections.abc import Sequence

import torch
from open_clip.timm_model import TimmModel
from open_clip.transformer import VisionTransformer
from torch import Tensor, nn
from torch.nn import functional as F


def check_tower(visual: nn.Module, arch: object) -> None:
    """Raise ValueError where an image tower is no Vision Transformer of one resolution."""
    if isinstance(visual, VisionTransformer):
        return
    trunk = getattr(visual, 'trunk', None)
    if not isinstance(visual, TimmModel) or not hasattr(trunk, 'blocks'):
        raise ValueError(
            f'arch={arch!r}: its image tower ({type(trunk or visual).__name__}) is no Vision '
            'Transformer; choose one whose name begins with ViT, EVA or PE'
        )


def depth_of(visual: nn.Module) -> int:
    """Number of blocks."""
    blocks = visual.trunk.blocks if isinstance(visual, TimmModel) else visual.transformer.resblocks
    return len(blocks)


def patch_size_of(visual: nn.Module) -> tuple[int, int]:
    """Height and width of a patch in pixels."""
    if isinstance(visual, TimmModel):
        return tuple(visual.trunk.patch_embed.patch_size)
    return tuple(visual.patch_size)


def resize_positions(table: Tensor, old: tuple[int, int], new: tuple[int, int]) -> Tensor:
    """Position embedding for another grid, as open_clip resizes that of a checkpoint.

    Args:
        table: (1 + h·w, C), the class token's first.
        old: The table's grid (h, w).
        new: The wanted grid.

    Returns:
        (1 + new h · new w, C).
    """
    if old == new:
        return table
    grid = table[1:].T.unflatten(1, old)[None].float()
    grid = F.interpolate(grid, size=new, mode='bicubic', antialias=True, align_corners=False)
    return torch.cat([table[:1], grid[0].flatten(1).T.to(table.dtype)])


def token_maps(visual: nn.Module, images: Tensor, indices: Sequence[int]) -> list[Tensor]:
    """Tokens after chosen blocks, without the class token.

    For an image of the tower's own size that is ``visual.forward_intermediates``; for others the
    position embedding is resized.

    Args:
        visual: An image tower of open_clip.
        images: (N, 3, H, W), H and W multiples of the patch size.
        indices: Blocks, counted from 0, ascending.

    Returns:
        One (N, C, h, w) per block.

    Raises:
        ValueError: a tower of timm is given another size than its own.
    """
    if isinstance(visual, TimmModel):
        return _timm_maps(visual, images, indices)
    height, width = (s // p for s, p in zip(images.shape[-2:], visual.patch_size, strict=True))
    tokens = _embed(visual, images, (height, width))
    _, kept = visual.transformer.forward_intermediates(
        tokens, indices=list(indices), stop_early=True
    )
    return [_to_map(tokens[:, 1:], (height, width)) for tokens in kept]


def project_maps(visual: nn.Module, maps: Sequence[Tensor]) -> list[Tensor]:
    """Token maps in the joint space of images and texts, by CLIP's own last layers.

    CLIP applies them to the class token alone; on the others they are what dense zero-shot
    prediction starts from.

    Args:
        visual: A tower for which :func:`can_project` is true.
        maps: (N, C, h, w) each.

    Returns:
        (N, joint, h, w) each.
    """
    projected = (visual.ln_post(x.permute(0, 2, 3, 1)) @ visual.proj for x in maps)
    return [x.permute(0, 3, 1, 2) for x in projected]


def can_project(visual: nn.Module) -> bool:
    """Whether a tower has a projection that applies to single tokens."""
    return isinstance(visual, VisionTransformer) and visual.attn_pool is None


def _embed(visual: VisionTransformer, images: Tensor, grid: tuple[int, int]) -> Tensor:
    """``VisionTransformer._embeds`` with positions of the given grid: (N, 1 + h·w, C)."""
    patches = visual.conv1(images).flatten(2).transpose(1, 2)
    first = visual.class_embedding.to(patches.dtype).expand(len(images), 1, -1)
    table = resize_positions(visual.positional_embedding, tuple(visual.grid_size), grid)
    return visual.ln_pre(torch.cat([first, patches], dim=1) + table.to(patches.dtype))


def _timm_maps(visual: TimmModel, images: Tensor, indices: Sequence[int]) -> list[Tensor]:
    if tuple(images.shape[-2:]) != tuple(visual.image_size):
        raise ValueError(
            f'OpenCLIPVisual: this tower takes images of {visual.image_size}, got '
            f'{tuple(images.shape[-2:])}; set img_size to the size of the crops (and '
            "test_cfg.mode='slide' for larger images)"
        )
    output = visual.forward_intermediates(images, indices=list(indices), intermediates_only=True)
    return output['image_intermediates']


def _to_map(tokens: Tensor, grid: tuple[int, int]) -> Tensor:
    return tokens.transpose(1, 2).unflatten(2, grid).contiguous()
