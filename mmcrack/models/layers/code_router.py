"""Which patches of a latent get how many codes (Patch-VQVAE)."""

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

_MEMORY = 0.99  # of the running mean of the shares


class CodeRouter(nn.Module):
    """Chooses for each patch one of several grains: the cells of the latent that share a code.

    A patch is as large as the coarsest grain, P×P cells; at a grain of g it spends (P/g)² codes.
    In training the choice is drawn by Gumbel's noise, with a straight-through gradient; in testing
    it is the likeliest, but (``limit``) never finer than the median choice of the training.

    Source: the dynamic code assignment of Cheng et al., Patch-aware vector quantized codebook
    learning, 2024 (arXiv:2501.09187), after Huang et al., Towards accurate image coding: dynamic
    vector quantization, CVPR 2023.

    Args:
        dim: Channels of the latent.
        grains: From fine to coarse, each a divisor of the last, the first 1.
        temperature: Of the Gumbel softmax.
        budget: Share of the codes of an all-fine image that is to be spent on the mean.
        ramp_up: Steps in which the share falls evenly from 1 to ``budget``.
        limit: Whether a test image gets no finer codes than the surfaces of the training.

    Raises:
        ValueError: grains or budget are out of range.
    """

    def __init__(
        self,
        dim: int,
        grains: Sequence[int] = (1, 2, 4),
        *,
        temperature: float = 1.0,
        budget: float = 0.4,
        ramp_up: int = 0,
        limit: bool = True,
    ) -> None:
        super().__init__()
        rising = all(a < b for a, b in pairwise(grains))
        if len(grains) < 2 or grains[0] != 1 or not rising or any(grains[-1] % g for g in grains):
            raise ValueError(f'CodeRouter: grains={tuple(grains)}; expected for instance (1, 2, 4)')
        if not grains[-1] ** -2 <= budget <= 1:
            raise ValueError(f'CodeRouter: budget={budget} must lie in [{grains[-1] ** -2}, 1]')
        self.grains = tuple(grains)
        self.temperature = temperature
        self.budget = budget
        self.ramp_up = ramp_up
        self.limit = limit
        self.score = nn.Sequential(
            nn.Conv2d(dim, dim, 1), nn.SiLU(inplace=True), nn.Conv2d(dim, len(grains), 1)
        )
        spent = torch.tensor([1.0 / grain**2 for grain in grains])
        self.register_buffer('spent', spent, persistent=False)  # share of the finest grain's codes
        self.register_buffer('shares', torch.full((len(grains),), 1 / len(grains)))
        self.register_buffer('steps', torch.zeros((), dtype=torch.long))

    def forward(self, z: Tensor) -> Tensor:
        """Choices (N, G, H/P, W/P), 1 at the chosen grain and 0 else, of latents (N, C, H, W)."""
        scores = self.score(F.avg_pool2d(z, self.grains[-1]))
        if self.training:
            chosen = F.gumbel_softmax(scores, self.temperature, hard=True, dim=1)
            self._remember(chosen.detach())
            return chosen
        best = scores.argmax(1)
        if self.limit:
            best = best.clamp_min(self.usual_grain())
        return F.one_hot(best, len(self.grains)).movedim(-1, 1).to(z)

    def usual_grain(self) -> int:
        """The number of the median grain of the training's patches, 0 for the finest."""
        return int((self.shares.cumsum(0) < 0.5 * self.shares.sum()).sum())

    def loss(self, chosen: Tensor) -> Tensor:
        """Squared distance of the share of codes spent from its aim; the choices' gradient."""
        return (self.spending(chosen) - self.aim()).square()

    def spending(self, chosen: Tensor) -> Tensor:
        """Share of an all-fine image's codes that was spent."""
        return (chosen * self.spent[:, None, None]).sum(1).mean()

    def aim(self) -> float:
        """The share to be spent at this step."""
        left = max(1 - int(self.steps) / self.ramp_up, 0) if self.ramp_up else 0
        return self.budget + left * (1 - self.budget)

    @torch.no_grad()
    def _remember(self, chosen: Tensor) -> None:
        self.shares.lerp_(chosen.mean((0, 2, 3)).to(self.shares), 1 - _MEMORY)
        self.steps += 1
