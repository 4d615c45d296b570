"""DeepCrack of Liu et al.: side outputs of every stage, fused, and refined by a guided filter."""

from collections.abc import Sequence

import torch
from torch import Tensor

from mmcrack.models.layers.deep_supervision import DeeplySupervisedHead
from mmcrack.models.layers.guided_filter import GuidedFilter
from mmcrack.models.layers.side_outputs import SideOutputs, start_as_mean
from mmcrack.models.losses.soft_target import crack_logit
from mmcrack.registry import MODELS

_EPS = 1e-6  # the filter leaves [0, 1] a little; the logit of what is cut off is ±13.8


@MODELS.register_module()
class DeepCrackHead(DeeplySupervisedHead):
    """Head of DeepCrack (Liu et al., "DeepCrack: A deep hierarchical feature learning architecture
    for crack segmentation", Neurocomputing 338, 2019).

    Every level gives a side output, by a 1×1 convolution and bilinear upsampling; a 1×1
    convolution fuses them (``conv_seg``). All are supervised. The published encoder is VGG-16
    with batch normalization, its stages taken before pooling
    (:class:`~mmcrack.models.backbones.PrePoolVGG`).

    At test time the fused map can be refined by a guided filter, with the finest side output as
    the guide: thin structures keep the borders of the fine level and the certainty of the fused
    one. Maps enter the filter as probabilities (the authors' program first cuts the fused map at
    its best threshold). It applies where the model predicts, not in its raw ``forward``.

    Args:
        in_channels: Channels of each level, from fine to coarse.
        out_channels: Channels of the logits.
        guided_filter: Arguments of :class:`GuidedFilter`; the authors' are
            ``dict(radius=5, eps=1e-6)``. None leaves the fused map as it is.
        side_weights: Factors of the side outputs' losses, from fine to coarse; the authors' are
            (0.5, 0.75, 1, 0.75, 0.5).
        **kwargs: Further arguments of :class:`DeeplySupervisedHead` and of mmseg's
            ``BaseDecodeHead``.

    Raises:
        ValueError: A guided filter with more than two channels, or what the base class refuses.
    """

    def __init__(
        self,
        in_channels: Sequence[int],
        *,
        out_channels: int = 1,
        guided_filter: dict | None = None,
        side_weights: float | Sequence[float] | None = 1.0,
        **kwargs,
    ) -> None:
        if guided_filter is not None and out_channels > 2:
            raise ValueError(
                f'decode_head.guided_filter refines one crack map, not {out_channels} channels'
            )
        kwargs.setdefault('init_cfg', None)
        super().__init__(
            in_channels,
            channels=len(in_channels) * out_channels,
            out_channels=out_channels,
            num_sides=len(in_channels),
            side_weights=side_weights,
            **kwargs,
        )
        self.sides = SideOutputs(in_channels, out_channels, align_corners=self.align_corners)
        start_as_mean(self.conv_seg)
        self.guided_filter = None if guided_filter is None else GuidedFilter(**guided_filter)

    def outputs(self, inputs: tuple[Tensor, ...]) -> tuple[Tensor, list[Tensor]]:
        """Fused logits and side logits, all (N, out_channels, H, W) of the finest level."""
        sides = self.sides(self.levels(inputs))
        return self.cls_seg(torch.cat(sides, dim=1)), sides

    def predict(
        self, inputs: tuple[Tensor, ...], batch_img_metas: list[dict], test_cfg: dict
    ) -> Tensor:
        """Logits of the fused, and where configured refined, map at the images' size."""
        fused, sides = self.outputs(inputs)
        logits = self.predict_by_feat(fused, batch_img_metas)
        if self.guided_filter is None:
            return logits
        return self.refine(logits, self.predict_by_feat(sides[0], batch_img_metas))

    def refine(self, logits: Tensor, guide_logits: Tensor) -> Tensor:
        """Filter the crack probability by the guide's; of two channels the first becomes 0."""
        guide, probability = (
            crack_logit(x.float()).sigmoid()[:, None] for x in (guide_logits, logits)
        )
        refined = torch.logit(self.guided_filter(guide, probability), eps=_EPS)
        if self.out_channels == 1:
            return refined
        return torch.cat([torch.zeros_like(refined), refined], dim=1)
