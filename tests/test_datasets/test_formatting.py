import numpy as np
import pytest
import torch
from mmseg.datasets.transforms import PackSegInputs
from mmseg.evaluation import IoUMetric
from mmseg.models import SegDataPreProcessor

from mmcrack.datasets.transforms import HardenLabels, PackCrackInputs

pytestmark = pytest.mark.usefixtures('mmseg_scope')
SOFT = np.array([[0, 0.2, 0.5], [0.51, 1, -1]], np.float32)


def results(label) -> dict:
    image = np.arange(18, dtype=np.uint8).reshape(2, 3, 3)
    return dict(img=image, gt_seg_map=label, img_path='a.jpg', ori_shape=(2, 3))


def test_soft_labels_are_packed_unchanged():
    packed = PackCrackInputs()(results(SOFT))
    label = packed['data_samples'].gt_sem_seg.data
    assert label.dtype == torch.float32
    np.testing.assert_array_equal(label.numpy(), SOFT[None])


def test_all_but_the_label_is_packed_as_mmseg_does():
    ours, theirs = PackCrackInputs()(results(SOFT)), PackSegInputs()(results(SOFT))
    assert torch.equal(ours['inputs'], theirs['inputs'])
    assert ours['data_samples'].metainfo == theirs['data_samples'].metainfo


def test_unlabelled_images_are_packed():
    item = results(SOFT)
    del item['gt_seg_map']
    assert 'gt_sem_seg' not in PackCrackInputs()(item)['data_samples']


def test_a_flipped_label_is_packed():
    packed = PackCrackInputs()(results(SOFT[:, ::-1]))  # a view with negative strides
    np.testing.assert_array_equal(packed['data_samples'].gt_sem_seg.data[0], SOFT[:, ::-1])


def test_hard_labels_are_integers_and_ignored_pixels_255():
    packed = PackCrackInputs()(HardenLabels()(results(SOFT.copy())))
    label = packed['data_samples'].gt_sem_seg.data
    assert label.dtype == torch.int64
    assert label.tolist() == [[[0, 0, 0], [1, 1, 255]]]


def test_hard_labels_suit_mmseg_iou_metric():
    sample = PackCrackInputs()(HardenLabels()(results(SOFT.copy())))['data_samples'].to_dict()
    sample['pred_sem_seg'] = dict(data=torch.tensor([[[0, 0, 1], [1, 1, 1]]]))
    metric = IoUMetric(iou_metrics=['mIoU'])
    metric.dataset_meta = dict(classes=('background', 'crack'))
    metric.process({}, [sample])
    # background 2 of 3, crack 2 of 3; the ignored pixel counts nowhere
    assert metric.evaluate(1)['mIoU'] == pytest.approx(66.67)


def test_the_data_preprocessor_pads_float_labels_with_minus_one():
    packed = PackCrackInputs()(results(SOFT))
    preprocessor = SegDataPreProcessor(size=(4, 4), pad_val=0, seg_pad_val=-1)
    data = dict(inputs=[packed['inputs']], data_samples=[packed['data_samples']])
    label = preprocessor(data, training=True)['data_samples'][0].gt_sem_seg.data
    np.testing.assert_array_equal(label[0, :2, :3], SOFT)
    assert (label[0, 2:] == -1).all()
    assert (label[0, :, 3:] == -1).all()


def test_meta_keys_are_those_that_are_given():
    assert PackCrackInputs(meta_keys=()).meta_keys == ()
    assert PackCrackInputs(meta_keys=['img_path']).meta_keys == ('img_path',)
    assert {'flip', 'ori_shape', 'symmetry'} <= set(PackCrackInputs().meta_keys)
