"""Erosion of predicted crack maps, for heads that predict cracks too wide."""

import torch
from mmengine.structures import PixelData
from mmseg.utils import SampleList
from torch import Tensor
from torch.nn import functional as F


def erode(maps: Tensor, times: int) -> Tensor:
    """3×3 grayscale erosion of (N, H, W), so many times; the image's border erodes nothing."""
    side = 2 * times + 1  # that many in a row are one with a larger square
    return -F.max_pool2d(-maps, side, stride=1, padding=times)


def erode_predictions(samples: SampleList, times: int, threshold: float) -> SampleList:
    """Erode the crack probability of predicted samples, in place.

    Args:
        samples: As mmseg's ``postprocess_result`` leaves them: ``seg_logits`` of one channel
            holds the probability, of two channels the logits.
        times: How many 3×3 erosions.
        threshold: Probability above which a pixel is crack.

    Returns:
        The samples, with ``seg_logits`` of the same kind and ``pred_sem_seg`` made anew.
    """
    for sample in samples:
        data = sample.seg_logits.data
        prob = erode(data.softmax(0)[1:] if len(data) == 2 else data, times)
        maps = prob if len(data) == 1 else _log_pair(prob)
        pred = (prob > threshold).to(sample.pred_sem_seg.data.dtype)
        sample.set_data({'seg_logits': PixelData(data=maps), 'pred_sem_seg': PixelData(data=pred)})
    return samples


def _log_pair(prob: Tensor) -> Tensor:
    tiny = torch.finfo(prob.dtype).tiny
    return torch.cat([1 - prob, prob]).clamp(min=tiny).log()
