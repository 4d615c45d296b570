"""Test-time augmentation for crack heads."""

from collections.abc import Mapping
from typing import Any

import torch
from mmengine.model import BaseTTAModel
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample
from mmseg.utils import SampleList
from torch import Tensor, nn

from mmcrack.models.segmentors.probability import crack_probability, shifted
from mmcrack.registry import MODELS


@MODELS.register_module()
class CrackTTAModel(BaseTTAModel):
    """Averages the crack probability over the views of an image.

    mmseg's ``SegTTAModel`` applies the sigmoid of a one-channel head twice and leaves the last
    view's map in ``seg_logits``, which is what :class:`CrackMetric` scores. Here ``seg_logits``
    is the mean probability, (1, H, W), and ``pred_sem_seg`` the map at ``threshold``.

    mmseg undoes the flips of a view; what ``FlipRotate90View`` turned is turned back here.

    Views that disagree draw the mean towards the middle, so the threshold that serves a mean map
    best is not that of a single view. Where it is known, as from synthetic photographs, the map is
    shifted by one number, in logits, so that it lies at 0.5; the order of pixels stays. That number
    is the same for all photographs, or each map's own.

    Args:
        threshold: Probability above which a pixel is crack.
        best_threshold: Mean probability that becomes 0.5: a number, or the config of a module that
            gives it for a mean map, as
            :class:`~mmcrack.models.layers.expected_f1_threshold.ExpectedF1Threshold`.
        **kwargs: Arguments of MMEngine's ``BaseTTAModel``.

    Raises:
        ValueError: ``best_threshold`` is a number that does not lie between 0 and 1.
    """

    def __init__(
        self,
        threshold: float = 0.5,
        *,
        best_threshold: float | Mapping[str, Any] = 0.5,
        **kwargs,
    ) -> None:
        super().__init__(**kwargs)
        own = isinstance(best_threshold, Mapping)
        if not own and not 0 < best_threshold < 1:
            raise ValueError(f'CrackTTAModel: best_threshold={best_threshold} must be in (0, 1)')
        self.threshold = threshold
        self.best_threshold = MODELS.build(best_threshold) if own else best_threshold

    def merge_preds(self, data_samples_list: list[SampleList]) -> SampleList:
        """Merge the views of each image into its first view's sample."""
        merged = []
        for views in data_samples_list:
            prob = self._shifted(
                torch.stack([_upright_probability(view) for view in views]).mean(0)
            )
            pred = (prob > self.threshold).to(prob)
            views[0].set_data(
                {'seg_logits': PixelData(data=prob), 'pred_sem_seg': PixelData(data=pred)}
            )
            merged.append(views[0])
        return merged

    def _shifted(self, prob: Tensor) -> Tensor:
        if isinstance(self.best_threshold, nn.Module):
            return shifted(prob, self.best_threshold(prob).to(prob))
        return prob if self.best_threshold == 0.5 else shifted(prob, self.best_threshold)


def _upright_probability(view: SegDataSample) -> Tensor:
    """Of one view, (1, H, W) as the photograph stands: the inverse of ``flip_rotate90``."""
    prob = crack_probability(view.seg_logits.data)
    case = view.metainfo.get('symmetry', 0)
    prob = prob.rot90(-(case % 4), (-2, -1))
    return prob.flip(-1) if case >= 4 else prob
