"""CrackCLIP's head: linear adapters into the space that CLIP shares with words (section 3.3)."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from mmseg.models.decode_heads.decode_head import BaseDecodeHead
from mmseg.models.utils import resize
from mmseg.utils import SampleList
from torch import Tensor, nn
from torch.nn import functional as F

from mmcrack.models.layers.clip_model import architecture, load_clip, tokenizer_of
from mmcrack.models.layers.clip_prompts import CLIPPrompts
from mmcrack.registry import MODELS

_HASH_BYTES = 32


@MODELS.register_module()
class CLIPAdapterHead(BaseDecodeHead):
    """Compares tokens of several stages with words for background and crack (CrackCLIP).

    Per stage: F_v' = kF_v + b, one linear layer into the joint space; both sides L2-normalized;
    times CLIP's logit scale; softmax over {background, crack}. The map S is the mean of the stages'
    probabilities (the paper's sum is no probability), enlarged to the image, and what the head
    returns is its logit. Training compares each stage's enlarged map with the label.

    The text features are computed once, when training starts or, without a checkpoint, at the first
    image; checkpoints hold them (a few KB), so nothing of the text tower stays in the model. They
    also hold a checksum of the sentences, and are refused by a model with other words.

    Takes the maps of any backbone, by ``in_channels``; beside
    :class:`~mmcrack.models.backbones.OpenCLIPVisual` its partner of choice is
    :class:`~mmcrack.models.segmentors.CLIPEncoderDecoder`, which says ``arch`` and ``pretrained``
    for both.

    Args:
        in_channels: Channels of each stage's map.
        prompts: Arguments of :class:`~mmcrack.models.layers.clip_prompts.CLIPPrompts`.
        arch: The CLIP whose text tower reads the prompts.
        pretrained: Its weights: a name that open_clip knows, a file, or None for random ones.
        adapters: Whether there are linear layers; without them the maps have to be in the joint
            space already, and nothing is trained (zero-shot).
        in_index: Which of the backbone's maps; all, in their order, by default.
        out_channels: 1, or 2: then the logits are the logarithms of both probabilities.
        init_cfg: MMEngine's initialization.
        **kwargs: Further arguments of mmseg's ``BaseDecodeHead``.

    Raises:
        ValueError: ``out_channels`` is neither 1 nor 2, the prompts are malformed, or without
            adapters a map is not as wide as the joint space.
    """

    def __init__(
        self,
        in_channels: Sequence[int],
        prompts: Mapping[str, Any],
        *,
        arch: str | Mapping[str, Any] = 'ViT-L-14-336',
        pretrained: str | None = None,
        adapters: bool = True,
        in_index: Sequence[int] | None = None,
        out_channels: int = 1,
        init_cfg: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        if out_channels not in (1, 2):
            raise ValueError(f'CLIPAdapterHead: out_channels must be 1 or 2, got {out_channels}')
        super().__init__(
            list(in_channels),
            architecture(arch)['embed_dim'],
            in_index=list(range(len(in_channels)) if in_index is None else in_index),
            input_transform='multiple_select',
            out_channels=out_channels,
            dropout_ratio=0,
            init_cfg=init_cfg,
            **kwargs,
        )
        del self.conv_seg  # the classes are words
        self.arch, self.pretrained = arch, pretrained
        self.prompts = CLIPPrompts(**prompts)
        self.adapters = self._build_adapters(adapters)
        self.register_buffer('text_features', torch.full((2, self.channels), torch.nan))
        self.register_buffer('logit_scale', torch.tensor(torch.nan))
        checksum = torch.tensor(list(bytes.fromhex(self.prompts.sha256)), dtype=torch.uint8)
        self.register_buffer('prompts_sha256', checksum)
        self._has_text = False

    def _build_adapters(self, adapters: bool) -> nn.ModuleList:
        if adapters:
            return nn.ModuleList(nn.Linear(width, self.channels) for width in self.in_channels)
        if any(width != self.channels for width in self.in_channels):
            raise ValueError(
                f'adapters=False: in_channels must all be {self.channels}, the width of the joint '
                f'space, got {self.in_channels}; set backbone.project=True'
            )
        return nn.ModuleList(nn.Identity() for _ in self.in_channels)

    def init_weights(self) -> None:
        """Initialize, and compute the text features: what is missing fails before training."""
        super().init_weights()
        self.compute_text_features()

    @torch.no_grad()
    def compute_text_features(self) -> None:
        """Read the prompts by the text tower, which is dropped again.

        Raises:
            FileNotFoundError: the weights are not on this machine.
        """
        clip = load_clip(self.arch, self.pretrained)
        clip.visual = None
        clip.to(self.text_features.device)
        self.text_features.copy_(self.prompts.features(clip, tokenizer_of(self.arch)))
        self.logit_scale.copy_(clip.logit_scale.squeeze().exp())
        self._has_text = True

    def stage_probabilities(self, inputs: Sequence[Tensor]) -> list[Tensor]:
        """Softmax over {background, crack} of each stage, (N, 2, h, w)."""
        if not self._has_text:
            self.compute_text_features()
        maps = self._transform_inputs(inputs)
        return [self._probability(x, a) for x, a in zip(maps, self.adapters, strict=True)]

    def _probability(self, tokens: Tensor, adapter: nn.Module) -> Tensor:
        joint = adapter(tokens.permute(0, 2, 3, 1))
        with torch.autocast(joint.device.type, enabled=False):
            joint = F.normalize(joint.float(), dim=-1)
            similarity = self.logit_scale * joint @ self.text_features.T
            return similarity.softmax(dim=-1).permute(0, 3, 1, 2)

    def mean_probability(self, inputs: Sequence[Tensor]) -> Tensor:
        """S, the mean over the stages at the size of the first: (N, 2, h, w)."""
        stages = self.stage_probabilities(inputs)
        size = stages[0].shape[2:]
        return torch.stack([self._enlarge(stage, size) for stage in stages]).mean(0)

    def forward(self, inputs: Sequence[Tensor]) -> Tensor:
        """Logits (N, 1 or 2, h, w) of S at the tokens' resolution."""
        return self._logits(self.mean_probability(inputs))

    def predict(
        self, inputs: Sequence[Tensor], batch_img_metas: list[dict], test_cfg: Mapping[str, Any]
    ) -> Tensor:
        """Logits (N, 1 or 2, H, W) of S enlarged to the image."""
        return self._logits(self.predict_by_feat(self.mean_probability(inputs), batch_img_metas))

    def loss(
        self, inputs: Sequence[Tensor], batch_data_samples: SampleList, train_cfg: Mapping[str, Any]
    ) -> dict[str, Tensor]:
        """Each term of the loss, summed over the stages."""
        labels = self._stack_batch_gt(batch_data_samples).squeeze(1)
        several = isinstance(self.loss_decode, nn.ModuleList)
        losses: dict[str, Tensor] = {}
        for stage in self.stage_probabilities(inputs):
            logits = self._logits(self._enlarge(stage, labels.shape[1:]))
            for term in self.loss_decode if several else [self.loss_decode]:
                value = term(logits, labels, ignore_index=self.ignore_index)
                losses[term.loss_name] = losses.get(term.loss_name, 0) + value
        return losses

    def _enlarge(self, probability: Tensor, size: Sequence[int]) -> Tensor:
        if probability.shape[2:] == tuple(size):
            return probability
        return resize(
            probability, size=tuple(size), mode='bilinear', align_corners=self.align_corners
        )

    def _logits(self, probability: Tensor) -> Tensor:
        """Logits of (N, 2, H, W) probabilities.

        Taken from both of them: a float32 next to 1 holds seven digits of what is missing to 1,
        the other channel holds it exactly, for logits up to ±87. Theirs lie within the logit scale
        (100) times the distance of the two text features (0.5 for alike sentences).
        """
        background, crack = probability.clamp(min=torch.finfo(torch.float32).tiny).log().unbind(1)
        if self.out_channels == 1:
            return (crack - background)[:, None]
        return torch.stack([background, crack], dim=1)

    def _load_from_state_dict(self, state_dict: dict, prefix: str, *args: Any) -> None:
        """Load; refuse adapters that learned toward other words."""
        theirs = state_dict.get(f'{prefix}prompts_sha256')
        if theirs is not None and not torch.equal(theirs.cpu(), self.prompts_sha256.cpu()):
            raise ValueError(
                'the checkpoint was trained with other prompts: set model.decode_head.prompts as '
                'in its config'
            )
        text = state_dict.get(f'{prefix}text_features')
        super()._load_from_state_dict(state_dict, prefix, *args)
        self._has_text = text is not None and bool(torch.isfinite(text).all())
