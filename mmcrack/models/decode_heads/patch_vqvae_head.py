"""A VQVAE that gives patches as many codes as they need (Patch-VQVAE)."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mmcrack.models.decode_heads.vqvae_restorer_head import VQVAERestorerHead
from mmcrack.models.layers.code_router import CodeRouter
from mmcrack.registry import MODELS

_START = {'type': 'Normal', 'std': 0.1, 'override': {'name': 'conv_seg'}}


@MODELS.register_module()
class PatchVQVAEHead(VQVAERestorerHead):
    """Quantizes a latent at several grains, one for each patch, and decodes it to an image.

    The latent is averaged over cells of each grain; one codebook quantizes all of them. A
    :class:`~mmcrack.models.layers.code_router.CodeRouter` chooses each patch's grain, and the codes
    of the chosen grain, repeated over their cells, are decoded. What is rich in context gets many
    codes, but only up to a budget. So the codebook holds what recurs in crack-free photographs.

    Source: Cheng, Qu and Lee, Patch-aware vector quantized codebook learning for unsupervised
    visual defect detection, 2024 (arXiv:2501.09187). Its code is not published, and of its text we
    had the abstract and summaries. Our reading: the pooling that makes the coarser latents, the
    form of the budget's loss (as in dynamic vector quantization), all sizes and weights. At test
    time the paper predicts a normal budget for each patch by a transformer, to widen the gap
    between normal and defective patches; in its place ``router.limit`` keeps patches from finer
    codes than most crack-free patches got.

    Args:
        grains: Cells along the side of what shares a code, from fine (1) to coarse; the last is the
            side of a patch.
        router: Further arguments of ``CodeRouter``.
        budget_weight: Factor of the budget's loss.
        **kwargs: As :class:`VQVAERestorerHead`, without ``contrast`` and ``prior``.

    Raises:
        ValueError: there is no codebook, or an argument is one of CoGenSAM's stage II.
    """

    def __init__(
        self,
        *,
        grains: Sequence[int] = (1, 2, 4),
        router: dict | None = None,
        budget_weight: float = 1.0,
        **kwargs: Any,
    ) -> None:
        kwargs = dict(num_classes=2, out_channels=1, threshold=0.5, init_cfg=_START) | kwargs
        kwargs.setdefault('loss_decode', dict(type='mmcrack.SoftMSELoss'))  # not used
        super().__init__(**kwargs)
        if self.codebook is None or self.contrast is not None:
            raise ValueError(
                'PatchVQVAEHead: needs decode_head.codebook, and takes no contrast: that is '
                "CoGenSAM's stage II"
            )
        dim = self.codebook.quantizer.dim
        self.conv_seg = nn.Conv2d(self.channels, 3, 1)  # to colors
        self.router = CodeRouter(dim, grains, **(router or {}))
        self.budget_weight = budget_weight
        self.mix = nn.ModuleList(nn.Conv2d(dim, dim, 1) for _ in grains[1:])

    def forward(self, inputs: tuple[Tensor, ...]) -> Tensor:
        """Images (N, 3, H, W) in [0, 1] from the backbone's levels."""
        return self.restore(inputs)[0]

    def restore(self, inputs: tuple[Tensor, ...]) -> tuple[Tensor, dict[str, Tensor]]:
        """Images, and the codebook's and the budget's loss with figures of their health.

        Raises:
            ValueError: the latent is no multiple of a patch.
        """
        z = self.latent(inputs)
        patch = self.router.grains[-1]
        if z.shape[2] % patch or z.shape[3] % patch:
            raise ValueError(
                f'PatchVQVAEHead: a latent of {tuple(z.shape[2:])} is no multiple of a patch of '
                f'{patch}; set model.size_divisor and the crop size accordingly'
            )
        latents = self._latents(z)
        quantized = self.codebook(torch.cat([part.flatten(2) for part in latents], 2)[..., None])
        codes = _split(quantized.straight_through, latents)
        chosen = self.router(z)
        image = self.decode(merged(codes, chosen)).sigmoid()
        losses = {
            'loss_codebook': quantized.loss,
            'loss_budget': self.budget_weight * self.router.loss(chosen),
            'codes_spent': self.router.spending(chosen.detach()),
        }
        with torch.no_grad():
            losses.update(self.codebook.health(quantized.indices))
        return image, losses

    def _latents(self, z: Tensor) -> list[Tensor]:
        """The latent at each grain, (N, C, H/g, W/g)."""
        coarse = zip(self.mix, self.router.grains[1:], strict=True)
        return [z, *(mix(F.avg_pool2d(z, grain)) for mix, grain in coarse)]


def merged(codes: list[Tensor], chosen: Tensor) -> Tensor:
    """Each patch's codes at its grain.

    Args:
        codes: For each grain, fine to coarse, (N, C, H/g, W/g).
        chosen: 1 at the chosen grain, (N, G, H/P, W/P).

    Returns:
        (N, C, H, W).
    """
    size = codes[0].shape[2:]
    parts = zip(codes, chosen.split(1, dim=1), strict=True)
    return sum(
        F.interpolate(code, size, mode='nearest') * F.interpolate(gate, size, mode='nearest')
        for code, gate in parts
    )


def _split(joined: Tensor, like: list[Tensor]) -> list[Tensor]:
    """Undo the joining of maps along their pixels: (N, C, ΣHW, 1) to the maps' shapes."""
    parts = joined[..., 0].split([part[0, 0].numel() for part in like], dim=2)
    return [part.reshape_as(shape) for part, shape in zip(parts, like, strict=True)]
