"""mmseg's geometric transforms on float labels; docs/datasets.md lists what to mind."""

import numpy as np
import pytest
from mmengine.registry import TRANSFORMS

pytestmark = pytest.mark.usefixtures('mmseg_scope')
GEOMETRIC = [
    dict(type='Resize', scale=(90, 60)),
    dict(type='RandomResize', scale=(60, 40), ratio_range=(0.5, 2.0)),
    dict(type='RandomFlip', prob=1.0, direction='diagonal'),
    dict(type='RandomCrop', crop_size=(20, 30), ignore_index=-1),
    dict(type='RandomCrop', crop_size=(20, 30), ignore_index=-1, cat_max_ratio=0.75),
    dict(type='Pad', size=(64, 64), pad_val=dict(img=0, seg=-1)),
    dict(type='RandomRotate', prob=1.0, degree=30, seg_pad_val=-1),
    dict(type='PhotoMetricDistortion'),
]


@pytest.mark.parametrize('config', GEOMETRIC, ids=lambda config: config['type'])
def test_values_stay_soft_and_padding_is_ignored(config):
    random = np.random.default_rng(0)
    label = random.random((40, 60), np.float32)
    results = dict(
        img=random.integers(0, 255, (40, 60, 3), np.uint8),
        gt_seg_map=label.copy(),
        seg_fields=['gt_seg_map'],
        img_shape=(40, 60),
        ori_shape=(40, 60),
    )
    results = TRANSFORMS.build(config)(results)
    assert results['gt_seg_map'].dtype == np.float32
    assert results['gt_seg_map'].shape == results['img'].shape[:2]
    assert set(np.unique(results['gt_seg_map'])) <= {*np.unique(label), np.float32(-1)}


def test_a_crop_takes_image_and_label_from_the_same_place():
    image = np.arange(40 * 60, dtype=np.uint8).reshape(40, 60)
    results = dict(img=image[..., None], gt_seg_map=image.astype(np.float32) / 255)
    results.update(seg_fields=['gt_seg_map'], img_shape=(40, 60))
    crop = TRANSFORMS.build(dict(type='RandomCrop', crop_size=(20, 30), ignore_index=-1))
    results = crop(results)
    np.testing.assert_allclose(results['gt_seg_map'] * 255, results['img'][..., 0], atol=1e-4)
