"""The tools around GPLL: pictures of its maps, the search for CRF parameters."""

import re
import runpy
import sys

import cv2
import numpy as np
import pytest

from mmcrack.evaluation import evaluate_maps
from mmcrack.pseudo_labels import CAMCRFPseudoLabel


@pytest.fixture
def script(monkeypatch):
    """Runs a tool in this process, as its command line would."""

    def run(name, *arguments):
        path = f'tools/analysis_tools/{name}.py'
        monkeypatch.setattr(sys, 'argv', [path, *map(str, arguments)])
        monkeypatch.setenv('LOCAL_RANK', '0')
        runpy.run_path(path, run_name='__main__')

    return run


@pytest.fixture
def folder(tmp_path):
    """Three photographs and their masks."""
    rng = np.random.default_rng(0)
    for name in ('images', 'masks'):
        (tmp_path / name).mkdir()
    for stem in 'abc':
        image = rng.integers(0, 256, (64, 96, 3), dtype=np.uint8)
        mask = (rng.random((64, 96)) > 0.5).astype(np.uint8) * 255
        cv2.imwrite(str(tmp_path / f'images/{stem}.png'), image)
        cv2.imwrite(str(tmp_path / f'masks/{stem}.png'), mask)
    return tmp_path


def test_pictures_show_photograph_maps_and_mask_side_by_side(script, folder, classifier_checkpoint):
    out = folder / 'maps'
    script(
        'show_gpll_maps',
        'configs/gpll/labels_small.py',
        *('--images', folder / 'images', '--masks', folder / 'masks', '--out', out),
        *('--separate', '--device', 'cpu'),
        *('--cfg-options', f'label_pipeline.1.checkpoint={classifier_checkpoint}'),
    )
    assert sorted(path.name for path in out.glob('*.png')) == ['a.png', 'b.png', 'c.png']
    picture = cv2.imread(str(out / 'a.png'))
    tiles = np.split(picture, 7, axis=1)
    np.testing.assert_array_equal(tiles[0], cv2.imread(str(folder / 'images/a.png')))
    np.testing.assert_array_equal(tiles[-1], cv2.imread(str(folder / 'masks/a.png')))
    for tile, name in zip(tiles[1:-1], ('patches', 'activation', 'localization'), strict=False):
        np.testing.assert_array_equal(tile, cv2.imread(str(out / f'a/{name}.png')))


def test_the_search_ranks_by_mean_iou(script, folder, classifier_checkpoint, capsys):
    script(
        'search_crf',
        'configs/gpll/labels_cam-crf_small.py',
        *('--images', folder / 'images', '--masks', folder / 'masks', '--count', 3),
        *('--grid', 'seed_threshold=0.2,0.6', 'bilateral_compat=0,5', '--device', 'cpu'),
        *('--cfg-options', f'label_pipeline.1.checkpoint={classifier_checkpoint}'),
    )
    lines = capsys.readouterr().out.splitlines()[-4:]
    scores = [float(re.search(r'mIoU_2class +([\d.]+)', line)[1]) for line in lines]
    assert scores == sorted(scores, reverse=True)
    seed, compat = map(
        float, re.search(r'threshold=(\S+) bilateral_compat=(\S+)', lines[0]).groups()
    )
    options = dict(seed_threshold=seed, crf=dict(bilateral_compat=compat), device='cpu')
    labeller = CAMCRFPseudoLabel(classifier_checkpoint, **options)
    maps, masks = [], []
    for stem in 'abc':
        maps.append(labeller({'img': cv2.imread(str(folder / f'images/{stem}.png'))})['gt_seg_map'])
        masks.append(cv2.imread(str(folder / f'masks/{stem}.png'), 0) > 0)
    assert evaluate_maps(maps, masks)['mIoU_2class'] == pytest.approx(scores[0], abs=0.01)


def test_other_labellers_are_refused(script, folder):
    paths = ('--images', folder / 'images', '--masks', folder / 'masks')
    with pytest.raises(SystemExit, match=r'labels\.py: no mmcrack\.CAMCRFPseudoLabel'):
        script(
            'search_crf', 'configs/opencv_baseline/labels.py', *paths, '--grid', 'x=1', '--count', 1
        )
    with pytest.raises(SystemExit, match=r'labels\.py: no mmcrack\.GPLLPseudoLabel'):
        script(
            'show_gpll_maps', 'configs/opencv_baseline/labels.py', *paths, '--out', folder / 'maps'
        )
