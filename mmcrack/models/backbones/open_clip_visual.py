"""The image tower of a CLIP as a frozen backbone (CrackCLIP, section 3.3)."""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from mmengine.logging import MessageHub
from mmengine.model import BaseModule
from open_clip.transformer import QuickGELU
from torch import Tensor
from torch.nn import functional as F

from mmcrack.models.layers.base_record import RECORD, BaseRecord, fingerprint
from mmcrack.models.layers.clip_feature_cache import FeatureCache, cache_options
from mmcrack.models.layers.clip_model import architecture, load_clip
from mmcrack.models.layers.clip_tokens import (
    can_project,
    check_tower,
    depth_of,
    patch_size_of,
    project_maps,
    token_maps,
)
from mmcrack.models.layers.frozen import Frozen
from mmcrack.registry import MODELS

STAGES = 4
AUTOCAST = {'float16': torch.float16, 'bfloat16': torch.bfloat16}


@MODELS.register_module()
class OpenCLIPVisual(BaseModule):
    """Token maps of a frozen CLIP after each quarter of its depth.

    Wraps the image tower of ``open_clip_torch``; what it returns equals that package's own
    intermediate outputs. Nothing of it is trained, optimized or synchronized between ranks, it
    runs under inference mode and, on a GPU, autocast. Where its weights come from a file,
    checkpoints hold a fingerprint of them in their place and are refused on other weights; random
    weights are saved whole, for nothing else could bring them back.

    Images of any size: sides that are no multiple of the patch are padded by 0 at the bottom and
    right (a head then spreads its map over the image without the padding; where the few pixels
    matter, let the data preprocessor pad), and the position embedding is resized. Towers of timm
    take one size only.

    Args:
        arch: Name of a Vision Transformer of open_clip, or a dict as in its configs
            (``embed_dim``, ``vision_cfg``, ``text_cfg``).
        pretrained: Name of weights that open_clip knows, a file, or None for random ones.
        out_indices: Blocks whose tokens are returned; the last of each quarter by default.
        project: Bring the tokens to the joint space by CLIP's own last layers, for prediction
            without adapters.
        img_size: Image size of a timm tower, if not its default.
        autocast: ``'auto'`` (bfloat16 on a GPU that has it, float16 on others, nothing on a CPU),
            ``'float16'``, ``'bfloat16'`` or None.
        cache: Arguments ``folder``, ``dtype`` and ``max_gb`` of
            :class:`~mmcrack.models.layers.clip_feature_cache.FeatureCache`, used in training; None
            for no cache.
        init_cfg: MMEngine's initialization; there is nothing to initialize.

    Raises:
        FileNotFoundError: the weights are not on this machine; says which file to put where.
        ValueError: an option is unknown or out of range, or the tower is no Vision Transformer.
    """

    def __init__(
        self,
        arch: str | Mapping[str, Any] = 'ViT-L-14-336',
        pretrained: str | None = None,
        *,
        out_indices: Sequence[int] | None = None,
        project: bool = False,
        img_size: int | tuple[int, int] | None = None,
        autocast: str | None = 'auto',
        cache: Mapping[str, Any] | None = None,
        init_cfg: dict | None = None,
    ) -> None:
        super().__init__(init_cfg)
        if autocast not in ('auto', None, *AUTOCAST):
            raise ValueError(f'autocast must be auto, None or one of {list(AUTOCAST)}: {autocast}')
        visual = load_clip(arch, pretrained).visual
        check_tower(visual, arch)
        if img_size is not None and hasattr(visual, 'set_input_size'):
            visual.set_input_size(img_size)
        self.clip = Frozen()
        self.clip.hold(visual)
        self.arch, self.pretrained = arch, pretrained
        self.patch_size = patch_size_of(visual)
        self.out_indices = _indices(out_indices, depth_of(visual))
        self.project, self.autocast = project, autocast
        if project and not can_project(visual):
            raise ValueError(f'project=True: the tower of {arch!r} has no projection of tokens')
        self.cache_options = cache_options(cache)
        self._cache: FeatureCache | None = None
        self._fingerprint: str | None = None  # hashing takes seconds
        self.register_state_dict_post_hook(_record_base)

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        """Encode images.

        Args:
            x: RGB images, normalized by CLIP's mean and standard deviation, (N, 3, H, W).

        Returns:
            Per block of ``out_indices``, float32 tokens (N, C, ⌈H/p⌉, ⌈W/p⌉) for patches of p
            pixels; C is the tower's width, or that of the joint space with ``project``.
        """
        height, width = self.patch_size
        x = F.pad(x, (0, -x.shape[-1] % width, 0, -x.shape[-2] % height))
        if self.cache_options is None or not self.training:
            return self.encode(x).unbind(1)
        return self._cached(x).unbind(1)

    def encode(self, x: Tensor) -> Tensor:
        """The trunk: (N, 3, H, W) to (N, stages, C, h, w), outside of any graph."""
        visual = self.clip.module
        with torch.inference_mode(), self._precision(x.device):
            maps = token_maps(visual, x, self.out_indices)
            if self.project:
                maps = project_maps(visual, maps)
            stacked = torch.stack(maps, dim=1)
        return stacked.float().clone()  # an inference tensor may not enter the adapters' graph

    def _precision(self, device: torch.device) -> torch.autocast:
        dtype = self.trunk_dtype(device)
        return torch.autocast(device.type, dtype=dtype, enabled=dtype is not None)

    def trunk_dtype(self, device: torch.device) -> torch.dtype | None:
        """The precision of autocast on a device, or None where there is none."""
        if self.autocast != 'auto':
            return AUTOCAST.get(self.autocast)
        if device.type == 'cpu':
            return None
        emulated = device.type == 'cuda' and not torch.cuda.is_bf16_supported(False)
        return torch.float16 if emulated else torch.bfloat16

    def _cached(self, x: Tensor) -> Tensor:
        """:meth:`encode`, of what the cache does not have."""
        cache = self.feature_cache(x.device)
        keys = [cache.key(image) for image in x]
        found = [cache.read(key) for key in keys]
        missing = [i for i, features in enumerate(found) if features is None]
        if missing:
            computed = cache.round(self.encode(x[missing]))
            for i, features in zip(missing, computed, strict=True):
                found[i] = features
                cache.write(keys[i], features)
        rate = 1 - len(missing) / len(keys)
        MessageHub.get_current_instance().update_scalar('train/clip_cache_hits', rate, len(keys))
        return torch.stack([features.to(x.device).float() for features in found])

    def feature_cache(self, device: torch.device) -> FeatureCache:
        """The cache, opened at its first use, when the weights are final."""
        if self._cache is None:
            trunk = {
                'fingerprint': self.base_record().sha256,
                'blocks': list(self.out_indices),
                'project': self.project,
                'autocast': str(self.trunk_dtype(device)),
                'device': device.type,
            }
            self._cache = FeatureCache(trunk=trunk, **self.cache_options)
        return self._cache

    def base_record(self) -> BaseRecord:
        """Fingerprint of the tower, and where its weights come from."""
        if self._fingerprint is None:
            self._fingerprint = self._hash()
        return BaseRecord(self._fingerprint, self._source(), None)

    def _hash(self) -> str:
        """SHA-256 of the weights and of what they do not tell: heads, activation, …"""
        visual = self.clip.module
        settings = {
            'tower': architecture(self.arch)['vision_cfg'],
            'quick_gelu': any(isinstance(module, QuickGELU) for module in visual.modules()),
            'weights': fingerprint(visual.state_dict()),
        }
        return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()

    def _source(self) -> str:
        name = self.arch if isinstance(self.arch, str) else 'a dict'
        return f'{self.pretrained or "random weights"} of {name}'

    def _load_from_state_dict(
        self, state_dict: dict, prefix: str, metadata: dict, strict: bool, missing: list, *rest: Any
    ) -> None:
        """Check the record of a checkpoint, or take random weights over from it."""
        record = state_dict.pop(prefix + RECORD, None)
        start = f'{prefix}clip.'
        weights = {k[len(start) :]: state_dict.pop(k) for k in [*state_dict] if k.startswith(start)}
        if weights:
            self._take(weights)
        elif record is None:
            missing.append(prefix + RECORD)
        else:
            self._check(BaseRecord.from_tensor(record))
        super()._load_from_state_dict(state_dict, prefix, metadata, strict, missing, *rest)

    def _take(self, weights: dict[str, Tensor]) -> None:
        if self.pretrained is not None:
            raise ValueError(
                'the checkpoint was trained on random CLIP weights, this model has '
                f'{self._source()}; set model.backbone.pretrained=None'
            )
        try:
            self.clip.module.load_state_dict(weights)
        except RuntimeError as error:
            raise ValueError(
                'the checkpoint is of another CLIP; set model.backbone.arch to its own: '
                + ' '.join(str(error).split()[:40])
            ) from error
        self._fingerprint = self._cache = None

    def _check(self, record: BaseRecord) -> None:
        own = self.base_record()
        if record.sha256 == own.sha256:
            return
        raise ValueError(
            f'the checkpoint holds adapters of other CLIP weights: {record.checkpoint} '
            f'(fingerprint {record.sha256[:12]}…), this model has {own.checkpoint} '
            f'({own.sha256[:12]}…); set model.backbone.arch and model.backbone.pretrained to the '
            'former'
        )


def _record_base(module: OpenCLIPVisual, state_dict: dict, prefix: str, _: dict) -> None:
    """Add to a state dict what says which frozen weights it belongs to, or these themselves."""
    if module.pretrained is not None:
        state_dict[prefix + RECORD] = module.base_record().to_tensor()
        return
    for name, tensor in module.clip.module.state_dict().items():
        state_dict[f'{prefix}clip.{name}'] = tensor


def _indices(out_indices: Sequence[int] | None, depth: int) -> tuple[int, ...]:
    quarters = [math.ceil(depth * (i + 1) / STAGES) - 1 for i in range(STAGES)]
    indices = tuple(quarters if out_indices is None else out_indices)
    if list(indices) != sorted(set(indices)) or not all(0 <= i < depth for i in indices):
        raise ValueError(f'out_indices must ascend within 0…{depth - 1}, got {indices}')
    return indices
