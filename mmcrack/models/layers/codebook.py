"""The vector quantization of CoGenSAM's VQVAEs (Eq. 3 and 4), with its health figures."""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from vector_quantize_pytorch import VectorQuantize


class Quantized(NamedTuple):
    """What :class:`Codebook` returns for a latent z of (N, C, H, W)."""

    straight_through: Tensor
    """The codes, (N, C, H, W); the gradient goes to z alone (for the decoder)."""
    codes: Tensor
    """The codes, (N, C, H, W); the gradient goes to the codebook and, straight through, to z."""
    indices: Tensor
    """The chosen entries, int64 (N, H, W)."""
    loss: Tensor
    """The second and third term of Eq. 6 as one mean square: its gradient to the codebook is
    the second term's, its gradient to z the third's."""


class Codebook(nn.Module):
    """A learnable codebook of ``size`` entries that replaces latents by their nearest entry.

    `vector-quantize-pytorch` does the quantization. Through its usual output no gradient
    reaches the codebook; its codes are therefore taken before the straight-through step, so
    that the contrastive interaction of stage II can teach the codebook, which is the paper's
    claim.

    Args:
        size: Number of entries N.
        dim: Dimension c of an entry.
        commitment_weight: Weight of the loss of Eq. 6's second and third term.
        dead_code_threshold: Entries chosen less often a step than this (running mean) are
            replaced by latents of the batch.
        live_steps: An entry counts as live if it was chosen within so many training steps.
        kmeans_init: Start from k-means of the first batch's latents.
    """

    def __init__(
        self,
        size: int = 1024,
        dim: int = 256,
        *,
        commitment_weight: float = 1.0,
        dead_code_threshold: float = 2,
        live_steps: int = 100,
        kmeans_init: bool = False,
    ) -> None:
        super().__init__()
        self.live_steps = live_steps
        self.quantizer = VectorQuantize(
            dim,
            size,
            accept_image_fmap=True,
            commitment_weight=commitment_weight,
            learnable_codebook=True,
            ema_update=False,
            rotation_trick=False,
            route_gradients_to_input=False,
            threshold_ema_dead_code=dead_code_threshold,
            kmeans_init=kmeans_init,
        )
        self.register_buffer('idle_steps', torch.zeros(size, dtype=torch.long), persistent=False)

    def forward(self, z: Tensor) -> Quantized:
        """Quantize latents (N, C, H, W)."""
        codes, indices, loss = self.quantizer(z)
        if self.training:
            self._count_idle(indices)
        return Quantized(
            straight_through=z + (codes - z).detach(),
            codes=codes + (z - z.detach()),
            indices=indices,
            loss=loss,
        )

    def _count_idle(self, indices: Tensor) -> None:
        self.idle_steps += 1
        self.idle_steps[indices.unique()] = 0

    def health(self, indices: Tensor) -> dict[str, Tensor]:
        """Figures that show a collapse: perplexity of the batch's codes, share of live entries.

        Args:
            indices: The entries chosen for a batch, int64 of any shape.

        Returns:
            ``codebook_perplexity`` (1 to the number of entries: exp of the entropy of the
            batch's use) and ``codebook_live`` (0 to 1).
        """
        counts = torch.bincount(indices.flatten(), minlength=len(self.idle_steps))
        use = counts / counts.sum()
        perplexity = torch.exp(torch.special.entr(use).sum())
        live = (self.idle_steps < self.live_steps).float().mean()
        return {'codebook_perplexity': perplexity, 'codebook_live': live}
