"""A threshold for each image by the histogram of its errors."""

import numpy as np
from skimage.filters import threshold_otsu
from torch import Tensor, nn

from mmcrack.models.error_maps.threshold import odds
from mmcrack.registry import MODELS


@MODELS.register_module()
class OtsuThreshold(nn.Module):
    """Each image's own threshold t, by Otsu's method (UP-CrackNet); e becomes e / (e + t).

    Something of every image is called a crack, also where there is none. A tile of a large
    photograph counts as an image.
    """

    needs_fit = False

    def forward(self, errors: Tensor) -> Tensor:
        """Logits, (N, 1, H, W), of errors ≥ 0."""
        values = [otsu(part) for part in errors[:, 0].cpu().float().numpy()]
        return odds(errors, errors.new_tensor(values).view(-1, 1, 1, 1))


def otsu(errors: np.ndarray) -> float:
    """Otsu's threshold of a map; NaN where any of it is, since all of it counts."""
    return float(threshold_otsu(errors)) if np.isfinite(errors).all() else float('nan')
