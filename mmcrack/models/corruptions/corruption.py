"""The interface of the corruptions, which hides nothing itself."""

import torch
from torch import Tensor, nn

from mmcrack.registry import MODELS


@MODELS.register_module()
class Corruption(nn.Module):
    """Gives masks of what is hidden from a network; this one hides nothing (a VQVAE).

    A mask is bool (N, S, H, W), True where hidden: S views of each of N images. Where S > 1, every
    pixel is hidden in exactly one view, and its restored value is taken from there. One view is
    restored as a whole.
    """

    def forward(self, images: Tensor) -> Tensor:
        """Masks for a training step, (N, S, H, W), by torch's global random state.

        Args:
            images: (N, C, H, W); their size and device count.
        """
        return hidden_nowhere(images)

    def rounds(self, images: Tensor) -> list[Tensor]:
        """Masks for prediction, the same for each call; the error maps of all are averaged."""
        return [hidden_nowhere(images)]


def hidden_nowhere(images: Tensor) -> Tensor:
    """Masks of one view without a hidden pixel, (N, 1, H, W)."""
    count, _, height, width = images.shape
    return torch.zeros(count, 1, height, width, dtype=torch.bool, device=images.device)
