"""Decode heads that are also supervised at intermediate levels."""

from abc import abstractmethod
from collections.abc import Sequence
from itertools import pairwise

from mmseg.models.decode_heads.decode_head import BaseDecodeHead
from mmseg.utils import SampleList
from torch import Tensor


class DeeplySupervisedHead(BaseDecodeHead):
    """Base of the heads with side outputs (deeply-supervised nets, Lee et al., AISTATS 2015).

    Reads several levels of a backbone, from fine to coarse; their strides follow from their
    sizes. In training every loss of ``loss_decode`` is computed for the main output and, under
    the name ``<loss>_side<i>``, for each side output; both are resized to the label.

    Args:
        in_channels: Channels of each level, from fine to coarse.
        in_index: The levels' places in what the backbone returns; by default the first ones.
        num_sides: Number of side outputs.
        side_weights: Factor of the losses of the side outputs: one for all, or one each from
            fine to coarse. None supervises the main output alone.
        dropout_ratio: Dropout before ``conv_seg``.
        **kwargs: Further arguments of mmseg's ``BaseDecodeHead``.

    Raises:
        ValueError: ``in_channels`` and ``in_index`` or ``side_weights`` differ in number, a
            weight is not positive, or (in ``forward``) the backbone's levels are not as declared.
    """

    def __init__(
        self,
        in_channels: Sequence[int],
        *,
        in_index: Sequence[int] | None = None,
        num_sides: int,
        side_weights: float | Sequence[float] | None = 1.0,
        dropout_ratio: float = 0.0,
        **kwargs,
    ) -> None:
        in_index = list(range(len(in_channels))) if in_index is None else list(in_index)
        if len(in_index) != len(in_channels):
            raise ValueError(
                f'decode_head.in_channels has {len(in_channels)} levels, in_index {len(in_index)}'
            )
        super().__init__(
            list(in_channels),
            in_index=in_index,
            input_transform='multiple_select',
            dropout_ratio=dropout_ratio,
            **kwargs,
        )
        self.side_weights = spread_weights(side_weights, num_sides)

    @abstractmethod
    def outputs(self, inputs: tuple[Tensor, ...]) -> tuple[Tensor, list[Tensor]]:
        """Logits of the main output and of the side outputs, each (N, out_channels, h, w)."""

    def levels(self, inputs: tuple[Tensor, ...]) -> list[Tensor]:
        """The selected levels, checked against what was declared."""
        if max(self.in_index) >= len(inputs):
            raise ValueError(
                f'decode_head.in_index is {self.in_index}, but the backbone returns {len(inputs)} '
                'levels; set its out_indices'
            )
        levels = self._transform_inputs(inputs)
        channels = [level.shape[1] for level in levels]
        if channels != self.in_channels:
            raise ValueError(
                f'decode_head.in_channels is {self.in_channels}, the levels have {channels}'
            )
        sizes = [tuple(level.shape[2:]) for level in levels]
        if any(h < lower_h or w < lower_w for (h, w), (lower_h, lower_w) in pairwise(sizes)):
            raise ValueError(
                f'decode_head.in_index must list levels from fine to coarse, not of sizes {sizes}'
            )
        return levels

    def forward(self, inputs: tuple[Tensor, ...]) -> Tensor:
        """Logits of the main output at the finest level's size, (N, out_channels, h, w)."""
        return self.outputs(inputs)[0]

    def loss(
        self, inputs: tuple[Tensor, ...], batch_data_samples: SampleList, train_cfg: dict
    ) -> dict[str, Tensor]:
        """The losses of the main output and, weighted, of each side output."""
        main, sides = self.outputs(inputs)
        losses = self.loss_by_feat(main, batch_data_samples)
        if self.side_weights is None:
            return losses
        for number, (weight, side) in enumerate(zip(self.side_weights, sides, strict=True), 1):
            for name, value in self.loss_by_feat(side, batch_data_samples).items():
                if 'loss' in name:
                    losses[f'{name}_side{number}'] = weight * value
        return losses


def spread_weights(
    weights: float | Sequence[float] | None, num_sides: int
) -> tuple[float, ...] | None:
    """One positive weight a side output, or None for no supervision of them."""
    if weights is None:
        return None
    spread = (weights,) * num_sides if isinstance(weights, (int, float)) else tuple(weights)
    if len(spread) != num_sides:
        raise ValueError(
            f'decode_head.side_weights has {len(spread)} numbers for {num_sides} side outputs'
        )
    if any(weight <= 0 for weight in spread):
        raise ValueError(
            f'decode_head.side_weights must be positive, got {list(spread)}; None turns them off'
        )
    return spread
