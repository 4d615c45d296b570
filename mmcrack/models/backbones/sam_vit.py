"""SAM's image encoder as a backbone: Meta's checkpoints, a lighter attention, LoRA."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import torch
from mmengine.model import BaseModule
from segment_anything.modeling import ImageEncoderViT
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.checkpoint import checkpoint

from mmcrack.models.backbones.sam_base import resize_pos_embed
from mmcrack.models.backbones.sam_checkpoints import pretrained_source, require_checkpoint
from mmcrack.models.backbones.sam_state import SAMStateMixin
from mmcrack.models.layers.lora import LoRALinear, is_adapter
from mmcrack.models.layers.sam_attention import KERNELS, SAMBlock
from mmcrack.models.layers.sam_lora import add_lora
from mmcrack.registry import MODELS

ARCHITECTURES: dict[str, dict[str, Any]] = {
    'b': {'embed_dim': 768, 'depth': 12, 'num_heads': 12, 'global_attn_indexes': (2, 5, 8, 11)},
    'l': {'embed_dim': 1024, 'depth': 24, 'num_heads': 16, 'global_attn_indexes': (5, 11, 17, 23)},
    'h': {'embed_dim': 1280, 'depth': 32, 'num_heads': 16, 'global_attn_indexes': (7, 15, 23, 31)},
}
_REQUIRED = set(ARCHITECTURES['b'])
_OPTIONAL = {'mlp_ratio', 'window_size', 'out_chans', 'patch_size'}


@MODELS.register_module()
class SAMViT(SAMStateMixin, BaseModule):
    """Image encoder of Segment Anything (Kirillov et al., ICCV 2023), built by segment-anything.

    The parameters are the official package's under their official names, so that Meta's
    checkpoints load by ``init_cfg=dict(type='Pretrained', checkpoint=..., prefix=
    'image_encoder.')`` with no key left over; only the attention's forward is another (exact)
    one. Inputs of any size: they are padded by 0 at the bottom and right to a multiple of the
    patch size, and the position tables are interpolated. (A head then spreads its map over the
    image without the padding; where the few pixels matter, let the data preprocessor pad, by
    ``size_divisor=16``.)

    Args:
        arch: ``'b'``, ``'l'``, ``'h'``, or a dict with ``embed_dim``, ``depth``, ``num_heads``,
            ``global_attn_indexes`` and optionally ``mlp_ratio`` (4), ``window_size`` (14),
            ``out_chans`` (256) and ``patch_size`` (16).
        img_size: Side in pixels for which the position tables are kept. A checkpoint's are
            interpolated to it once, other inputs' on the fly.
        attention: ``'chunked'``, ``'folded'``, ``'official'``, or ``'auto'``, the faster of the
            first two on the device and size (:func:`~mmcrack.models.layers.rel_pos_attention.
            attend`).
        lora: Options of :func:`~mmcrack.models.layers.sam_lora.add_lora` (``rank``, ``alpha``,
            ``dropout``, ``targets``, ``layers``). Everything but the adapters is then frozen.
        frozen_stages: Without LoRA: −1 freezes nothing, 0 the patch and position embeddings,
            i also the first i blocks.
        freeze_neck: Whether the neck is frozen; None means where there is LoRA.
        out_indices: Blocks whose tokens are returned too, before the neck's map.
        with_cp: Whether to recompute each block in the backward pass, to save memory.
        save_only_trainable: Whether state dicts leave out what is frozen and came from the
            ``init_cfg`` file, with a record of it instead (see :class:`SAMStateMixin`).
        init_cfg: MMEngine's initialization.

    Raises:
        ValueError: an option is unknown or out of range.
        FileNotFoundError: the file of ``init_cfg`` is missing.
    """

    def __init__(
        self,
        arch: str | Mapping[str, Any] = 'b',
        *,
        img_size: int = 1024,
        attention: str = 'auto',
        lora: Mapping[str, Any] | None = None,
        frozen_stages: int = -1,
        freeze_neck: bool | None = None,
        out_indices: Sequence[int] = (),
        with_cp: bool = False,
        save_only_trainable: bool = False,
        init_cfg: dict | list[dict] | None = None,
    ) -> None:
        super().__init__(init_cfg)
        settings = _settings(arch)
        _check(settings, img_size, attention, frozen_stages, out_indices)
        self.source = pretrained_source(init_cfg)
        if self.source is not None:
            require_checkpoint(self.source[0])
        self._build(settings, img_size, attention)
        self.out_indices = tuple(out_indices)
        self.with_cp = with_cp
        self.save_only_trainable = save_only_trainable
        self._freeze(lora is not None, frozen_stages, freeze_neck)
        if lora is not None:
            add_lora(self.blocks, **lora)

    def _build(self, settings: dict[str, Any], img_size: int, attention: str) -> None:
        """Take the official encoder's parts over, its blocks with another attention."""
        norm_layer = partial(nn.LayerNorm, eps=1e-6)
        official = ImageEncoderViT(
            img_size=img_size, use_rel_pos=True, norm_layer=norm_layer, **settings
        )
        self.patch_size = settings['patch_size']
        self.patch_embed = official.patch_embed
        self.pos_embed = official.pos_embed
        self.blocks = nn.ModuleList(SAMBlock(block, attention) for block in official.blocks)
        self.neck = official.neck

    def _freeze(self, has_lora: bool, frozen_stages: int, freeze_neck: bool | None) -> None:
        blocks = len(self.blocks) if has_lora else frozen_stages
        if blocks >= 0:
            self.pos_embed.requires_grad_(False)
            self.patch_embed.requires_grad_(False)
            self.blocks[:blocks].requires_grad_(False)
        if freeze_neck or (freeze_neck is None and has_lora):
            self.neck.requires_grad_(False)

    def train(self, mode: bool = True) -> 'SAMViT':
        """Set the mode; frozen layers stay in eval mode, merged adapters are taken out again."""
        if mode:
            self.unmerge_lora()
        super().train(mode)
        for module in self.modules():
            parameters = list(module.parameters(recurse=False))
            frozen = parameters and not any(p.requires_grad for p in parameters)
            if frozen and module is not self:  # it owns the position embedding
                module.training = False
        return self

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        """Encode images.

        Args:
            x: Normalized RGB images, (N, 3, H, W).

        Returns:
            Token maps (N, embed_dim, ⌈H/16⌉, ⌈W/16⌉) of the blocks in ``out_indices``, then
            the neck's map (N, 256, ⌈H/16⌉, ⌈W/16⌉).
        """
        bottom, right = (-side % self.patch_size for side in x.shape[-2:])
        x = self.patch_embed(F.pad(x, (0, right, 0, bottom)))
        x = x + resize_pos_embed(self.pos_embed, (x.shape[1], x.shape[2]))
        maps = []
        for i, block in enumerate(self.blocks):
            recompute = self.with_cp and torch.is_grad_enabled()
            x = checkpoint(block, x, use_reentrant=False) if recompute else block(x)
            if i in self.out_indices:
                maps.append(x.permute(0, 3, 1, 2))
        return (*maps, self.neck(x.permute(0, 3, 1, 2)))

    def merge_lora(self) -> None:
        """Add the adapters to the weights: same outputs, and state dicts as without LoRA."""
        for layer in self.lora_layers():
            layer.merge()

    def unmerge_lora(self) -> None:
        """Undo :meth:`merge_lora`, bit by bit."""
        for layer in self.lora_layers():
            layer.unmerge()

    def lora_layers(self) -> list[LoRALinear]:
        """The adapted layers."""
        return [module for module in self.modules() if isinstance(module, LoRALinear)]

    @property
    def merged(self) -> bool:
        """Whether adapters are merged into the weights."""
        return any(layer.merged for layer in self.lora_layers())

    def adapters(self) -> dict[str, nn.Parameter]:
        """The adapters' parameters by name."""
        return {name: p for name, p in self.named_parameters() if is_adapter(name)}


def _settings(arch: str | Mapping[str, Any]) -> dict[str, Any]:
    """Arguments of the official encoder."""
    if isinstance(arch, str):
        if arch not in ARCHITECTURES:
            raise ValueError(f'arch must be one of {sorted(ARCHITECTURES)} or a dict, got {arch!r}')
        arch = ARCHITECTURES[arch]
    missing, unknown = _REQUIRED - set(arch), set(arch) - _REQUIRED - _OPTIONAL
    if missing or unknown:
        raise ValueError(f'arch: missing {sorted(missing)}, unknown {sorted(unknown)}')
    return {'patch_size': 16, 'window_size': 14, **arch}


def _check(
    settings: dict[str, Any],
    img_size: int,
    attention: str,
    frozen_stages: int,
    out_indices: Sequence[int],
) -> None:
    depth = settings['depth']
    if attention not in KERNELS:
        raise ValueError(f'attention must be one of {KERNELS}, got {attention!r}')
    if settings['embed_dim'] % settings['num_heads']:
        raise ValueError('arch: num_heads must divide embed_dim')
    if img_size % settings['patch_size']:
        raise ValueError(f'img_size must be a multiple of {settings["patch_size"]}, got {img_size}')
    if not -1 <= frozen_stages <= depth:
        raise ValueError(f'frozen_stages must lie in −1…{depth}, got {frozen_stages}')
    for name in ('out_indices', 'global_attn_indexes'):
        indices = out_indices if name == 'out_indices' else settings[name]
        if not all(0 <= i < depth for i in indices):
            raise ValueError(f'{name} must lie in 0…{depth - 1}, got {tuple(indices)}')
