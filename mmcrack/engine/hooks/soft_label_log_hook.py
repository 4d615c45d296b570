"""Keep a meaningless number out of the log."""

from typing import Any

import torch
from mmengine.hooks import Hook
from mmengine.runner import Runner

from mmcrack.registry import HOOKS


@HOOKS.register_module()
class SoftLabelLogHook(Hook):
    """Drop ``*.acc_seg`` from the log where the labels are floating point.

    mmseg's decode heads always report pixel accuracy, the share of pixels whose label equals the
    best class index. On labels in [0, 1] that compares a class index with a probability.
    """

    priority = 'HIGHEST'  # before RuntimeInfoHook, which copies the outputs into the log

    def after_train_iter(
        self,
        runner: Runner,
        batch_idx: int,
        data_batch: Any = None,
        outputs: dict | None = None,
    ) -> None:
        """Remove the entries from ``outputs`` in place."""
        if outputs is None or not has_soft_labels(data_batch):
            return
        for key in [key for key in outputs if key.split('.')[-1] == 'acc_seg']:
            del outputs[key]


def has_soft_labels(data_batch: Any) -> bool:
    """Whether the first sample of a segmentation batch carries a floating-point label map."""
    samples = data_batch.get('data_samples') if isinstance(data_batch, dict) else None
    if not samples or 'gt_sem_seg' not in samples[0]:
        return False
    return torch.is_floating_point(samples[0].gt_sem_seg.data)
