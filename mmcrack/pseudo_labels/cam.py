"""Labels that are plain class activation maps: GPLL's simplest rival."""

import numpy as np
from mmcv.transforms import BaseTransform

from mmcrack.pseudo_labels.class_activation import check_method, class_activation
from mmcrack.pseudo_labels.images import bgr_image
from mmcrack.pseudo_labels.localization import enlarge
from mmcrack.pseudo_labels.patch_classifier import PatchClassifier
from mmcrack.registry import TRANSFORMS


@TRANSFORMS.register_module()
class CAMPseudoLabel(BaseTransform):
    """Labels a photograph by the class activation map of a patch classifier.

    Required key: ``img`` (BGR or gray, uint8). Added key: ``gt_seg_map`` (float32 H×W in
    [0, 1]).

    Args:
        checkpoint: The patch classifier. It is built from the config it carries.
        crack_class: Name of the crack class.
        method: ``'gradcam'`` or ``'gradcam++'``.
        device: ``'cpu'``, ``'cuda'``, …; MMEngine's choice by default.

    Raises:
        FileNotFoundError: there is no such checkpoint.
        ValueError: it is no classifier of two classes, or the method is unknown.
    """

    def __init__(
        self,
        checkpoint: str,
        *,
        crack_class: str = 'crack',
        method: str = 'gradcam',
        device: str | None = None,
    ) -> None:
        check_method(method)
        self.checkpoint = checkpoint
        self.method = method
        self.classifier = PatchClassifier.from_checkpoint(
            checkpoint, crack_class=crack_class, device=device
        )

    def transform(self, results: dict) -> dict:
        """Add the label."""
        results['gt_seg_map'] = self.label(bgr_image(results['img']))
        return results

    def label(self, image: np.ndarray) -> np.ndarray:
        """float32 H×W in [0, 1] of a BGR image, uint8 H×W×3."""
        activation = class_activation(self.classifier, image, self.method)
        return enlarge(activation, image.shape[:2])

    def __repr__(self) -> str:
        return f'{type(self).__name__}(checkpoint={self.checkpoint!r}, method={self.method!r})'
