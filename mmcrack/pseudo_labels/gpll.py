"""GPLL: labels from a patch classifier's localization and local thresholds (König et al.)."""

from dataclasses import dataclass

import cv2
import numpy as np
from mmcv.transforms import BaseTransform

from mmcrack.pseudo_labels.class_activation import check_method, class_activation
from mmcrack.pseudo_labels.images import bgr_image, require_patch_fits
from mmcrack.pseudo_labels.localization import enlarge, fuse_localization, patch_localization
from mmcrack.pseudo_labels.multi_otsu import patch_multi_otsu
from mmcrack.pseudo_labels.patch_classifier import PatchClassifier
from mmcrack.registry import TRANSFORMS


@dataclass(frozen=True, kw_only=True)
class GPLLSettings:
    """The numbers of the method; defaults are the paper's (section IV-C).

    Args:
        patch_size: Side of the patches that are classified and thresholded, pixels.
        patch_stride: Distance of neighboring classified patches.
        threshold_stride: Distance of neighboring thresholded patches.
        threshold_classes: Of the multi-Otsu threshold: 3; 2 is the paper's ablation.
        activation: ``'gradcam++'`` or ``'gradcam'``.
        bilateral_diameter: Of both bilateral filters, pixels; 0 leaves them out. The paper's d = 2
            is a radius.
        bilateral_sigma: Their σ_s (pixels) and σ_r (gray values).
        erosions: How often the localization is eroded by a 3×3 square.
        closing: Side of the square that closes the label; 0 leaves it out.
        hard_localization: Not the paper's: what localization keeps counts fully, as 1 and not as
            its value in (0.5, 1]. These values say how sure it is of the place, and the last
            filter brings those of thin cracks below 0.5.

    Raises:
        ValueError: a number is out of range.
    """

    patch_size: int = 32
    patch_stride: int = 16
    threshold_stride: int = 8
    threshold_classes: int = 3
    activation: str = 'gradcam++'
    bilateral_diameter: int = 5
    bilateral_sigma: float = 120
    erosions: int = 4
    closing: int = 3
    hard_localization: bool = False

    def __post_init__(self) -> None:
        check_method(self.activation)
        for name in ('patch_stride', 'threshold_stride'):
            stride = getattr(self, name)
            if stride < 1 or self.patch_size % stride:
                raise ValueError(f'{name}={stride} must divide patch_size={self.patch_size}')
        for name in ('bilateral_diameter', 'erosions', 'closing'):
            if getattr(self, name) < 0:
                raise ValueError(f'{name}={getattr(self, name)} must not be negative')


@dataclass(frozen=True)
class GPLLMaps:
    """What the method computes, in its order; all float32 H×W in [0, 1].

    Attributes:
        patches: Crack probability of the patches, at full size.
        activation: Grad-CAM++ of the whole photograph, at full size.
        localization: Their average above 0.5, eroded.
        threshold: 1 where all patches find the pixel dark.
        product: Localization × threshold.
        label: The product, smoothed and closed.
    """

    patches: np.ndarray
    activation: np.ndarray
    localization: np.ndarray
    threshold: np.ndarray
    product: np.ndarray
    label: np.ndarray


def gpll_maps(
    image: np.ndarray, classifier: PatchClassifier, settings: GPLLSettings | None = None
) -> GPLLMaps:
    """All maps of the method for a photograph.

    Args:
        image: BGR or gray, uint8.
        classifier: Of patches, crack or none.
        settings: The paper's by default.

    Raises:
        ValueError: the image is not 8-bit, has an odd number of channels, or is smaller than a
            patch.
    """
    settings = settings or GPLLSettings()
    image = bgr_image(image)
    require_patch_fits(image, settings.patch_size)
    size, stride = image.shape[:2], settings.patch_stride
    cells = patch_localization(classifier, image, patch_size=settings.patch_size, stride=stride)
    patches = enlarge(cells, size, stride)
    activation = enlarge(class_activation(classifier, image, settings.activation), size)
    localization = fuse_localization(patches, activation, erosions=settings.erosions)
    if settings.hard_localization:
        localization = (localization > 0).astype(np.float32)
    threshold = dark_pixels(image, settings)
    product = localization * threshold
    label = smooth_and_close(product, settings)
    return GPLLMaps(patches, activation, localization, threshold, product, label)


def dark_pixels(image: np.ndarray, settings: GPLLSettings) -> np.ndarray:
    """The threshold map (section III-C), float32 H×W of 0 and 1, of a BGR image."""
    gray = cv2.cvtColor(_bilateral(image, settings), cv2.COLOR_BGR2GRAY)
    dark = patch_multi_otsu(
        gray,
        settings.patch_size,
        settings.threshold_stride,
        classes=settings.threshold_classes,
    )
    return dark.astype(np.float32)


def smooth_and_close(product: np.ndarray, settings: GPLLSettings) -> np.ndarray:
    """The label of localization × threshold: bilateral filter, then closing."""
    # σ_r counts gray values, of which there are 255
    label = _bilateral(product * np.float32(255), settings) / np.float32(255)
    if settings.closing:
        square = np.ones((settings.closing, settings.closing), np.uint8)
        label = cv2.morphologyEx(label, cv2.MORPH_CLOSE, square)
    return np.clip(label, 0, 1)


def _bilateral(image: np.ndarray, settings: GPLLSettings) -> np.ndarray:
    if not settings.bilateral_diameter:
        return image
    sigma = settings.bilateral_sigma
    return cv2.bilateralFilter(image, settings.bilateral_diameter, sigma, sigma)


@TRANSFORMS.register_module()
class GPLLPseudoLabel(BaseTransform):
    """Labels a photograph by classifier and thresholds (König et al., section III).

    Required key: ``img`` (BGR or gray, uint8). Added key: ``gt_seg_map`` (float32 H×W in
    [0, 1]). A photograph whose label has too few crack pixels is dropped: the transform gives
    None, and ``tools/generate_pseudo_labels.py`` counts and lists it.

    Very large photographs should be split before: class activation then sees only the most
    striking cracks (section V-E).

    Args:
        checkpoint: The patch classifier. It is built from the config it carries.
        crack_class: Name of the crack class.
        min_pixels: Fewest pixels above 0.5 that a label must have.
        device: ``'cpu'``, ``'cuda'``, …; MMEngine's choice by default.
        batch_size: Most patches that are classified at once.
        **settings: Of :class:`GPLLSettings`.

    Raises:
        FileNotFoundError: there is no such checkpoint.
        ValueError: it is no classifier of two classes, or a setting is out of range.
    """

    def __init__(
        self,
        checkpoint: str,
        *,
        crack_class: str = 'crack',
        min_pixels: int = 100,
        device: str | None = None,
        batch_size: int = 256,
        **settings: float | str,
    ) -> None:
        self.checkpoint = checkpoint
        self.settings = GPLLSettings(**settings)
        self.min_pixels = min_pixels
        self.classifier = PatchClassifier.from_checkpoint(
            checkpoint, crack_class=crack_class, device=device, batch_size=batch_size
        )

    def transform(self, results: dict) -> dict | None:
        """Add the label, or drop the photograph."""
        label = gpll_maps(results['img'], self.classifier, self.settings).label
        if np.count_nonzero(label > 0.5) < self.min_pixels:
            return None
        results['gt_seg_map'] = label
        return results

    def __repr__(self) -> str:
        return (
            f'GPLLPseudoLabel(checkpoint={self.checkpoint!r}, min_pixels={self.min_pixels}, '
            f'{self.settings})'
        )
