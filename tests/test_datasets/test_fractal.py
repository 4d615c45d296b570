import numpy as np
import pytest
import torch
from mmengine.registry import DefaultScope
from mmengine.runner import Runner
from mmseg.registry import DATASETS as MMSEG_DATASETS

from mmcrack.datasets import FractalCrackDataset
from mmcrack.synthesis import PhotographParams, crack_photograph, fractal_crack, indexed_seed


def load(dataset, batch_size=2, workers=0, shuffle=False):
    sampler = dict(type='DefaultSampler', shuffle=shuffle)
    loader = dict(batch_size=batch_size, num_workers=workers, sampler=sampler, dataset=dataset)
    return Runner.build_dataloader(loader, seed=0)


def test_mask_mode_gives_the_fractal_as_image_and_label():
    dataset = FractalCrackDataset(length=3, size=(40, 56), seed=2)
    results = dataset[1]
    mask = fractal_crack((40, 56), indexed_seed(2, 1))
    np.testing.assert_array_equal(results['img'], mask[..., None])
    np.testing.assert_array_equal(results['gt_seg_map'], mask / 255)
    assert results['gt_seg_map'].dtype == np.float32
    assert results['img_shape'] == results['ori_shape'] == (40, 56)
    assert results['seg_fields'] == ['gt_seg_map']
    assert (results['img_path'], results['sample_idx']) == ('fractal/000001', 1)
    assert results['reduce_zero_label'] is False


def test_photograph_mode_gives_bgr_and_the_exact_mask():
    dataset = FractalCrackDataset(length=2, size=64, mode='photograph')
    results = dataset[1]
    rgb, mask = crack_photograph(64, 1)
    np.testing.assert_array_equal(results['img'], rgb[..., ::-1])
    np.testing.assert_array_equal(results['gt_seg_map'], mask / 255)


def test_params_reach_the_generators():
    settings = dict(crack_free=1.0, fractal=dict(width=(3.0, 4.0)))
    photographs = FractalCrackDataset(length=4, size=32, mode='photograph', params=settings)
    assert isinstance(photographs.params, PhotographParams)
    assert not any(photographs[i]['gt_seg_map'].any() for i in range(4))
    thin = FractalCrackDataset(length=8, size=128, params=dict(width=(1.5, 2.0), area=(0, 1)))
    full = FractalCrackDataset(length=8, size=128)
    thin_area, full_area = (sum(ds[i]['gt_seg_map'].sum() for i in range(8)) for ds in (thin, full))
    assert thin_area < full_area


def test_metainfo_length_and_subsets():
    dataset = FractalCrackDataset(indices=5)
    assert FractalCrackDataset.METAINFO['classes'] == dataset.metainfo['classes']
    assert dataset.metainfo['classes'] == ('background', 'crack')
    assert len(dataset) == 5
    assert len(FractalCrackDataset()) == 10_000
    subset = FractalCrackDataset(length=9, size=16).get_subset([7])
    np.testing.assert_array_equal(subset[0]['img'][..., 0], fractal_crack(16, 7))


def test_workers_and_order_do_not_change_an_item():
    dataset = FractalCrackDataset(
        length=6, size=32, seed=1, pipeline=[dict(type='mmseg.PackSegInputs')]
    )
    alone = {item['data_samples'].img_path: item['inputs'] for item in dataset}
    seen = {}
    for batch in load(dataset, workers=2, shuffle=True):
        for image, sample in zip(batch['inputs'], batch['data_samples'], strict=True):
            seen[sample.img_path] = image
    assert seen.keys() == alone.keys()
    assert all(torch.equal(seen[path], alone[path]) for path in alone)


def test_stage_two_pipeline_from_mmseg_scope():
    corrupt = dict(type='mmcrack.RandomBlockCorruption', block_sizes=(8,))
    config = dict(
        type='mmcrack.FractalCrackDataset',
        length=4,
        size=64,
        pipeline=[corrupt, dict(type='PackSegInputs')],
    )
    with DefaultScope.overwrite_default_scope('mmseg'):
        batch = next(iter(load(MMSEG_DATASETS.build(config), batch_size=4)))
    for image, sample in zip(batch['inputs'], batch['data_samples'], strict=True):
        label = sample.gt_sem_seg.data
        assert image.shape == label.shape == (1, 64, 64)
        assert not (image.bool() & ~label.bool()).any()  # corruption only removes
        assert image.bool().sum() < label.bool().sum()


@pytest.mark.parametrize(
    'settings',
    [
        dict(mode='picture'),
        dict(length=0),
        dict(size=4),
        dict(seed=-1),
        dict(backgrounds='folder'),
        dict(params=dict(width=(3.0, 1.0))),
    ],
)
def test_bad_settings_are_named(settings):
    key = next(iter(settings))
    with pytest.raises(ValueError, match='width' if key == 'params' else key):
        FractalCrackDataset(**settings)


def test_missing_backgrounds_fail_before_the_first_item(tmp_path):
    with pytest.raises(FileNotFoundError, match='nowhere'):
        FractalCrackDataset(mode='photograph', backgrounds=str(tmp_path / 'nowhere'))
