import pytest
import torch
from mmengine.structures import PixelData
from mmpretrain.structures import DataSample
from mmseg.structures import SegDataSample

from mmcrack.engine.hooks import SoftLabelLogHook


def batch(dtype):
    sample = SegDataSample(gt_sem_seg=PixelData(data=torch.zeros(1, 4, 4, dtype=dtype)))
    return {'inputs': [torch.zeros(3, 4, 4)], 'data_samples': [sample]}


@pytest.mark.parametrize(
    ('data_batch', 'kept'),
    [
        (batch(torch.float32), ['loss', 'decode.loss_mae']),
        (batch(torch.int64), ['loss', 'decode.loss_mae', 'decode.acc_seg', 'aux.acc_seg']),
        ({'inputs': [], 'data_samples': [DataSample()]}, None),  # a classifier's
        (None, None),
    ],
)
def test_accuracy_is_logged_for_hard_labels_only(data_batch, kept):
    outputs = dict.fromkeys(['loss', 'decode.loss_mae', 'decode.acc_seg', 'aux.acc_seg'], 1.0)
    expected = kept or list(outputs)
    SoftLabelLogHook().after_train_iter(None, 0, data_batch=data_batch, outputs=outputs)
    assert list(outputs) == expected
