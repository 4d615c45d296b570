"""Plain SAM: automatic masks, of which the thin and dark ones are cracks."""

from collections.abc import Mapping, Sequence
from typing import Any

import cv2
import numpy as np
from mmcv.transforms import BaseTransform
from mmengine.device import get_device
from mmengine.runner.checkpoint import CheckpointLoader
from segment_anything import SamAutomaticMaskGenerator, sam_model_registry
from segment_anything.modeling import Sam

from mmcrack.models.backbones.sam_checkpoints import require_checkpoint
from mmcrack.pseudo_labels.images import bgr_image
from mmcrack.pseudo_labels.thin_dark import darkness, elongation
from mmcrack.registry import TRANSFORMS


@TRANSFORMS.register_module()
class SAMAutomaticPseudoLabel(BaseTransform):
    """Labels a photograph by those of SAM's automatic masks that are thin and dark.

    SAM as published (Kirillov et al., Segment Anything, ICCV 2023), without fine-tuning and without
    a prompt of ours: segment-anything's generator asks for a mask at each point of a grid. A mask
    is taken for a crack that is large and long enough (:func:`~mmcrack.pseudo_labels.thin_dark.
    elongation`) and darker than its surroundings (:func:`~mmcrack.pseudo_labels.thin_dark.
    darkness`). The label is the mask's score, SAM's prediction of its IoU times its stability, and
    the largest where masks overlap. The papers do not say how they make a crack map of SAM's masks;
    the three criteria are our reading, and their numbers were not fitted to any mask.

    Required key: ``img`` (BGR or gray, uint8). Added key: ``gt_seg_map`` (float32 H×W in [0, 1]).

    Args:
        checkpoint: An official checkpoint.
        arch: Its architecture, by the official package's name: ``'vit_b'``, ``'vit_l'``,
            ``'vit_h'``.
        min_elongation: Least length over width.
        min_darkness: Least difference from the surroundings, gray levels.
        min_area: Least area, pixels.
        generator: Options of the official ``SamAutomaticMaskGenerator`` (``points_per_side``,
            ``pred_iou_thresh``, ``stability_score_thresh``, ``crop_n_layers``, …).
        device: ``'cpu'``, ``'cuda'``, …; MMEngine's choice by default.

    Raises:
        FileNotFoundError: there is no such checkpoint; the message says where to get it.
        ValueError: the architecture is unknown, or the checkpoint is of another one.
    """

    def __init__(
        self,
        checkpoint: str,
        *,
        arch: str = 'vit_b',
        min_elongation: float = 5.0,
        min_darkness: float = 10.0,
        min_area: int = 50,
        generator: Mapping[str, Any] | None = None,
        device: str | None = None,
    ) -> None:
        self.checkpoint = checkpoint
        self.arch = arch
        self.min_elongation = min_elongation
        self.min_darkness = min_darkness
        self.min_area = min_area
        model = official_sam(checkpoint, arch).to(device or get_device())
        self.generator = SamAutomaticMaskGenerator(model, **(generator or {}))

    def transform(self, results: dict) -> dict:
        """Add the label."""
        results['gt_seg_map'] = self.label(bgr_image(results['img']))
        return results

    def label(self, image: np.ndarray) -> np.ndarray:
        """float32 H×W in [0, 1] of a BGR image, uint8 H×W×3."""
        masks = self.generator.generate(np.ascontiguousarray(image[..., ::-1]))
        return self.crack_map(masks, cv2.cvtColor(image, cv2.COLOR_BGR2GRAY))

    def crack_map(self, masks: Sequence[Mapping[str, Any]], gray: np.ndarray) -> np.ndarray:
        """The label that SAM's masks give.

        Args:
            masks: As the generator gives them: ``segmentation`` (bool H×W), ``predicted_iou`` and
                ``stability_score`` each.
            gray: The photograph, uint8 H×W.

        Returns:
            float32 H×W in [0, 1].
        """
        label = np.zeros(gray.shape, np.float32)
        for mask in masks:
            inside = np.asarray(mask['segmentation'], bool)
            if self._is_crack(inside, gray):
                score = np.clip(mask['predicted_iou'] * mask['stability_score'], 0, 1)
                label[inside] = np.maximum(label[inside], np.float32(score))
        return label

    def _is_crack(self, mask: np.ndarray, gray: np.ndarray) -> bool:
        return bool(
            mask.sum() >= self.min_area
            and elongation(mask) >= self.min_elongation
            and darkness(mask, gray) >= self.min_darkness
        )

    def __repr__(self) -> str:
        return f'{type(self).__name__}(checkpoint={self.checkpoint!r}, arch={self.arch!r})'


def official_sam(checkpoint: str, arch: str) -> Sam:
    """segment-anything's model with a checkpoint's weights, which are read as data alone.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the architecture is unknown, or the weights are of another one.
    """
    if arch not in sam_model_registry:
        raise ValueError(f'arch={arch!r} must be one of {sorted(sam_model_registry)}')
    require_checkpoint(checkpoint)
    state = CheckpointLoader.load_checkpoint(checkpoint, map_location='cpu')
    model = sam_model_registry[arch]()
    try:
        model.load_state_dict(state)
    except RuntimeError as error:
        problem = ' '.join(str(error).split())[:300]
        raise ValueError(f'{checkpoint}: no weights of SAM {arch}: {problem}') from error
    return model.eval()
