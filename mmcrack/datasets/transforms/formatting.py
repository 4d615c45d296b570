"""Packing of images and float labels for the model."""

from collections.abc import Sequence

import numpy as np
import torch
from mmengine.structures import PixelData
from mmseg.datasets.transforms import PackSegInputs

from mmcrack.registry import TRANSFORMS

_OWN_KEYS = ('symmetry',)  # of FlipRotate90View


@TRANSFORMS.register_module()
class PackCrackInputs(PackSegInputs):
    """mmseg's ``PackSegInputs`` with float labels kept: ``gt_sem_seg`` is float32 (1, H, W).

    mmseg's own casts labels to integers, which makes 0 of every soft value. Integer labels (after
    :class:`HardenLabels`) are packed as mmseg does.

    Args:
        meta_keys: As for ``PackSegInputs``; by default its own and what mmcrack's transforms add.
    """

    def __init__(self, meta_keys: Sequence[str] | None = None) -> None:
        super().__init__()
        own = (*self.meta_keys, *_OWN_KEYS)
        self.meta_keys = own if meta_keys is None else tuple(meta_keys)

    def transform(self, results: dict) -> dict:
        """Pack ``img`` and ``gt_seg_map`` (H×W) into ``inputs`` and ``data_samples``."""
        label = results.get('gt_seg_map')
        if label is None or not np.issubdtype(label.dtype, np.floating):
            return super().transform(results)
        rest = {key: value for key, value in results.items() if key != 'gt_seg_map'}
        packed = super().transform(rest)
        data = torch.from_numpy(np.ascontiguousarray(label, dtype=np.float32))
        packed['data_samples'].gt_sem_seg = PixelData(data=data[None])
        return packed
