"""A bilateral filter for error maps."""

import cv2
import numpy as np
import torch
from torch import Tensor, nn

from mmcrack.registry import MODELS


@MODELS.register_module()
class BilateralSmoothing(nn.Module):
    """OpenCV's bilateral filter, on the CPU, image by image (UP-CrackNet).

    The published numbers, a diameter of 25, σ 450 and 15, leave little of the edges: differences
    of at most 255 gray values hardly count beside a σ of 450.

    Args:
        diameter: Of the neighborhood, pixels.
        sigma_color: σ of differences of errors, in units of 1/255.
        sigma_space: σ of distances, pixels.
    """

    def __init__(
        self, diameter: int = 25, sigma_color: float = 450.0, sigma_space: float = 15.0
    ) -> None:
        super().__init__()
        self.diameter = diameter
        self.sigma_color = sigma_color / 255
        self.sigma_space = sigma_space

    def forward(self, errors: Tensor) -> Tensor:
        """Filter (N, 1, H, W)."""
        maps = np.ascontiguousarray(errors[:, 0].cpu().numpy(), dtype=np.float32)
        filtered = [
            cv2.bilateralFilter(part, self.diameter, self.sigma_color, self.sigma_space)
            for part in maps
        ]
        return torch.from_numpy(np.stack(filtered))[:, None].to(errors)
