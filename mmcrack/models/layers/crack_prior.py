"""The frozen stage I model that stage II interacts with."""

import torch
from torch import Tensor, nn


class CrackPrior(nn.Module):
    """Encoder and codebook of a stage I VQVAE: whole masks in, prior codes ẑ^p out.

    Args:
        segmentor: The stage I model, an ``EncoderDecoder`` with a quantizing head.

    Raises:
        ValueError: the model's head has no codebook.
    """

    def __init__(self, segmentor: nn.Module) -> None:
        super().__init__()
        if getattr(segmentor.decode_head, 'codebook', None) is None:
            raise ValueError('The prior needs a stage I model with a codebook; this one has none.')
        self.backbone = segmentor.backbone
        self.head = segmentor.decode_head
        preprocessor = segmentor.data_preprocessor
        self.register_buffer('mean', preprocessor.mean / 255, persistent=False)
        self.register_buffer('std', preprocessor.std / 255, persistent=False)

    @torch.no_grad()
    def forward(self, masks: Tensor) -> Tensor:
        """Prior codes (N, c, H/16, W/16) of masks (N, 1, H, W) in [0, 1]; −1 counts as 0."""
        image = (masks.clamp(min=0) - self.mean) / self.std
        return self.head.codebook(self.head.latent(self.backbone(image))).codes
