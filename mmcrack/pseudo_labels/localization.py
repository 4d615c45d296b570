"""Where a patch classifier sees cracks: the coarse localization of GPLL, section III-B."""

import cv2
import numpy as np
import torch
from PIL import Image
from torch.nn import functional as F

from mmcrack.pseudo_labels.images import require_patch_fits
from mmcrack.pseudo_labels.patch_classifier import PatchClassifier


def patch_localization(
    classifier: PatchClassifier, image: np.ndarray, *, patch_size: int = 32, stride: int = 16
) -> np.ndarray:
    """Mean crack probability of the patches that cover each cell of ``stride``×``stride`` pixels.

    The image is mirrored on the right and at the bottom to a multiple of the patch size. Patches
    are classified as they are, not scaled to the size that the classifier was trained on.

    Args:
        classifier: The classifier.
        image: BGR, uint8 H×W×3.
        patch_size: Side of a patch, pixels.
        stride: Distance of neighboring patches, pixels; divides ``patch_size``.

    Returns:
        float32 ⌈H/stride⌉×⌈W/stride⌉ in [0, 1]; the last cells may reach beyond the image.

    Raises:
        ValueError: the image is smaller than a patch.
    """
    require_patch_fits(image, patch_size)
    height, width = image.shape[:2]
    margins = [(0, -height % patch_size), (0, -width % patch_size), (0, 0)]
    padded = torch.from_numpy(np.pad(image, margins, mode='reflect')).permute(2, 0, 1)
    patches = padded.unfold(1, patch_size, stride).unfold(2, patch_size, stride)
    rows, columns = patches.shape[1:3]
    patches = patches.permute(1, 2, 0, 3, 4).reshape(-1, 3, patch_size, patch_size)
    probabilities = classifier.crack_probabilities(patches).reshape(rows, columns)
    cells = cell_means(probabilities, patch_size // stride).numpy()
    return cells[: -(-height // stride), : -(-width // stride)]


def cell_means(patches: torch.Tensor, span: int) -> torch.Tensor:
    """Means over the patches that cover each cell.

    Args:
        patches: rows×columns, a value for each patch, the distance of two being one cell.
        span: Cells along a patch's side.

    Returns:
        (rows + span − 1)×(columns + span − 1).
    """
    both = torch.stack([patches, torch.ones_like(patches)])[:, None]
    sums, counts = F.conv_transpose2d(both, both.new_ones(1, 1, span, span))[:, 0]
    return sums / counts


def enlarge(cells: np.ndarray, size: tuple[int, int], cell: float | None = None) -> np.ndarray:
    """Bring a coarse map to the image's size by Lanczos' filter, clipped to [0, 1].

    Args:
        cells: float32 h×w.
        size: Height and width of the image.
        cell: Side of a cell in pixels; without it the map covers the image exactly.

    Returns:
        float32 of that size.
    """
    height, width = size
    rows, columns = cells.shape if cell is None else (height / cell, width / cell)
    coarse = Image.fromarray(np.ascontiguousarray(cells, dtype=np.float32))
    box = (0, 0, columns, rows)  # without what reaches beyond the image
    fine = coarse.resize((width, height), Image.Resampling.LANCZOS, box=box)
    return np.clip(np.asarray(fine), 0, 1)


def fuse_localization(
    patch_map: np.ndarray, activation_map: np.ndarray, *, erosions: int = 4
) -> np.ndarray:
    """Average of the two maps where it exceeds 0.5, eroded by a 3×3 square.

    A figure's caption of the paper says product; its text and its published code average.

    Args:
        patch_map: float32 H×W in [0, 1].
        activation_map: The same.
        erosions: How often to erode.

    Returns:
        float32 H×W, 0 or in (0.5, 1].
    """
    mean = (patch_map + activation_map) / 2
    kept = mean * (mean > 0.5)
    return cv2.erode(kept, np.ones((3, 3), np.uint8), iterations=erosions) if erosions else kept
