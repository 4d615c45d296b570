"""The crack-aware contrastive interaction of CoGenSAM's stage II (Eq. 7 and 8)."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class ContrastiveInteraction(nn.Module):
    """Pulls a patch of the restorer's codes to the same patch of the prior's codes.

    Both latents are cut into non-overlapping S×S patches; each is averaged (GAP), projected (FC)
    and normalized. For each restorer patch the prior's patch at the same place
    is the positive, those at other places of the same image are the negatives.

    Args:
        dim: Channels c of both latents.
        proj_dim: Outputs of the fully connected layers φ^r and φ^p; both are trained.
        patch_size: Side S of a patch in latent pixels.
        temperature: τ of Eq. 7.
        weight: λ of Eq. 10.
    """

    def __init__(
        self,
        dim: int = 256,
        *,
        proj_dim: int = 1024,
        patch_size: int = 3,
        temperature: float = 0.1,
        weight: float = 0.02,
    ) -> None:
        super().__init__()
        self.patch_size = patch_size
        self.temperature = temperature
        self.weight = weight
        self.project_restorer = nn.Linear(dim, proj_dim)
        self.project_prior = nn.Linear(dim, proj_dim)

    def forward(self, restorer: Tensor, prior: Tensor) -> Tensor:
        """λ Σ L_c (Eq. 10) of latents (N, C, H, W): summed over anchors, mean over the batch.

        Raises:
            ValueError: the latents differ in size or are not whole patches.
        """
        self._check(restorer, prior)
        anchors = self._embed(restorer, self.project_restorer)
        keys = self._embed(prior, self.project_prior)
        logits = anchors @ keys.transpose(1, 2) / self.temperature
        target = torch.arange(logits.shape[1], device=logits.device).expand(len(logits), -1)
        summed = F.cross_entropy(logits.flatten(0, 1), target.flatten(), reduction='sum')
        return self.weight * summed / len(logits)

    def _embed(self, latent: Tensor, projection: nn.Linear) -> Tensor:
        """Unit embeddings (N, patches, proj_dim) of a latent's patches."""
        pooled = F.avg_pool2d(latent.float(), self.patch_size)
        return F.normalize(projection(pooled.flatten(2).transpose(1, 2)), dim=-1)

    def _check(self, restorer: Tensor, prior: Tensor) -> None:
        if restorer.shape != prior.shape:
            raise ValueError(
                f"The restorer's latent is {tuple(restorer.shape)}, the prior's "
                f'{tuple(prior.shape)}: give the restorer a backbone level and width that match '
                'the stage I model, or set decode_head.contrast=None.'
            )
        height, width = restorer.shape[-2:]
        if height % self.patch_size or width % self.patch_size:
            raise ValueError(
                f'A latent of {height}×{width} is not a whole number of patches of '
                f'{self.patch_size}×{self.patch_size}: change the training size or '
                'decode_head.contrast.patch_size.'
            )
