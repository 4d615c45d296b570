"""Test-time augmentation for crack heads."""

import torch
from mmengine.model import BaseTTAModel
from mmengine.structures import PixelData
from mmseg.utils import SampleList

from mmcrack.models.segmentors.probability import crack_probability
from mmcrack.registry import MODELS


@MODELS.register_module()
class CrackTTAModel(BaseTTAModel):
    """Averages the crack probability over the views of an image.

    mmseg's ``SegTTAModel`` applies the sigmoid of a one-channel head twice and leaves the last
    view's map in ``seg_logits``, which is what :class:`CrackMetric` scores. Here ``seg_logits``
    is the mean probability, (1, H, W), and ``pred_sem_seg`` the map at ``threshold``.

    Args:
        threshold: Probability above which a pixel is crack.
        **kwargs: Arguments of MMEngine's ``BaseTTAModel``.
    """

    def __init__(self, threshold: float = 0.5, **kwargs) -> None:
        super().__init__(**kwargs)
        self.threshold = threshold

    def merge_preds(self, data_samples_list: list[SampleList]) -> SampleList:
        """Merge the views of each image into its first view's sample."""
        merged = []
        for views in data_samples_list:
            prob = torch.stack([crack_probability(view.seg_logits.data) for view in views]).mean(0)
            pred = (prob > self.threshold).to(prob)
            views[0].set_data(
                {'seg_logits': PixelData(data=prob), 'pred_sem_seg': PixelData(data=pred)}
            )
            merged.append(views[0])
        return merged
