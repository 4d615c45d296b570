"""Low-rank adapters (LoRA, Hu et al., ICLR 2022) on linear layers, also on a part of their outputs.

SAM projects queries, keys and values by one linear layer. General LoRA libraries adapt the whole
of it; the papers adapt q and v alone, which are slices of its outputs.
"""

import math
from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class LoRALinear(nn.Linear):
    """A frozen linear layer plus trained low-rank updates of slices of its outputs.

    y[slice] += alpha/rank · up(down(dropout(x))). ``up`` starts at 0, so the layer starts as the
    one it adapts. Weight and bias keep their names; the adapters are ``lora_down.NAME``
    (rank, in) and ``lora_up.NAME`` (slice, rank).

    Args:
        base: The layer to adapt; its parameters are taken over.
        slices: Name of each adapter and the slice of outputs that it updates.
        rank: Rank of the updates.
        alpha: Scale of the updates, times rank; None means ``rank``, a scale of 1.
        dropout: Probability of dropping an input of the adapters in training.

    Raises:
        ValueError: ``rank`` is not positive or larger than the layer.
    """

    def __init__(
        self,
        base: nn.Linear,
        slices: Mapping[str, slice],
        *,
        rank: int,
        alpha: float | None = None,
        dropout: float = 0.0,
    ) -> None:
        nn.Module.__init__(self)
        if not 0 < rank <= min(base.in_features, base.out_features):
            raise ValueError(
                f'LoRA rank {rank} must be between 1 and the smaller side of the layer, '
                f'{min(base.in_features, base.out_features)}'
            )
        self.in_features, self.out_features = base.in_features, base.out_features
        self.weight = base.weight
        self.bias = base.bias
        self.slices = {name: slice(*s.indices(base.out_features)) for name, s in slices.items()}
        self.scale = (rank if alpha is None else alpha) / rank
        self.dropout = nn.Dropout(dropout)
        self.lora_down = nn.ParameterDict({n: _down(base, rank) for n in slices})
        self.lora_up = nn.ParameterDict(
            {n: nn.Parameter(base.weight.new_zeros(s.stop - s.start, rank))
             for n, s in self.slices.items()}
        )  # fmt: skip
        self._unmerged: Tensor | None = None

    @property
    def merged(self) -> bool:
        """Whether the updates are part of the weight."""
        return self._unmerged is not None

    def forward(self, x: Tensor) -> Tensor:
        """Apply the layer and its updates: (..., in) to (..., out)."""
        out = F.linear(x, self.weight, self.bias)
        if self.merged:
            return out
        x = self.dropout(x)
        for name, part in self.slices.items():
            update = F.linear(F.linear(x, self.lora_down[name]), self.lora_up[name] * self.scale)
            out.narrow(-1, part.start, part.stop - part.start).add_(update)
        return out

    @torch.no_grad()
    def merge(self) -> None:
        """Add the updates to the weight; does nothing where they are merged already."""
        if self.merged:
            return
        self._unmerged = self.weight.detach().clone()
        for name, part in self.slices.items():
            update = self.lora_up[name].float() @ self.lora_down[name].float() * self.scale
            self.weight[part] += update.to(self.weight.dtype)

    @torch.no_grad()
    def unmerge(self) -> None:
        """Restore the weight bit by bit; does nothing where the updates are not merged."""
        if self.merged:
            self.weight.copy_(self._unmerged)
            self._unmerged = None


def _down(base: nn.Linear, rank: int) -> nn.Parameter:
    weight = base.weight.new_empty(rank, base.in_features)
    nn.init.kaiming_uniform_(weight, a=math.sqrt(5))
    return nn.Parameter(weight)


def is_adapter(name: str) -> bool:
    """Whether a parameter of this name belongs to a :class:`LoRALinear`'s adapters."""
    return any(part in ('lora_down', 'lora_up') for part in name.split('.'))
