"""Crack-free patches, split by photograph."""

import cv2
import numpy as np
import pytest

from mmcrack.datasets import CrackFreePatchDataset
from mmcrack.datasets.conversion import MaskValues
from mmcrack.datasets.pairs import Pair
from mmcrack.datasets.patch_cutting import PatchGrid, write_patches


@pytest.fixture
def patches(tmp_path):
    (tmp_path / 'Negative').mkdir()
    for photograph in range(10):
        for left in (0, 64):
            path = tmp_path / 'Negative' / f'p_{photograph}_y0000_x{left:04}.png'
            cv2.imwrite(str(path), np.full((8, 8, 3), photograph, np.uint8))
    return tmp_path


def photographs(dataset):
    return [dataset.get_data_info(i)['img_path'].split('_y')[0][-1] for i in range(len(dataset))]


def test_patches_of_a_photograph_stay_together(patches):
    parts = {
        split: photographs(
            CrackFreePatchDataset(
                data_root=str(patches), validate='pairs', split=split, val_share=0.3
            )
        )
        for split in ('train', 'val', 'all')
    }
    assert len(parts['val']) == 6
    assert len(set(parts['val'])) == 3
    assert not set(parts['train']) & set(parts['val'])
    assert sorted(parts['train'] + parts['val']) == sorted(parts['all'])


def test_split_depends_on_the_seed_alone(patches):
    def held_out(seed):
        return photographs(
            CrackFreePatchDataset(data_root=str(patches), validate='pairs', split='val', seed=seed)
        )

    assert held_out(0) == held_out(0)
    assert len({tuple(held_out(seed)) for seed in range(5)}) > 1


def test_any_folder_of_crack_free_photographs_serves(patches):
    dataset = CrackFreePatchDataset(
        data_root=None,
        data_prefix=dict(img_path=str(patches / 'Negative')),
        split='all',
        validate='pairs',
    )
    assert len(dataset) == 20


def test_crack_free_patches_can_be_cut_alone(tmp_path):
    image, mask = np.full((16, 32, 3), 200, np.uint8), np.zeros((16, 32), np.uint8)
    mask[5, 20:] = 255
    for name, pixels in (('image', image), ('mask', mask)):
        cv2.imwrite(str(tmp_path / f'{name}.png'), pixels)
    pair = Pair(tmp_path / 'image.png', tmp_path / 'mask.png', 'image')
    out = tmp_path / 'patches'
    counts = write_patches(out, {'train': [pair]}, PatchGrid(8, 8), MaskValues(), only='Negative')
    assert counts == {'train': {'Negative': 6}}
    assert [path.name for path in (out / 'train').iterdir()] == ['Negative']
    dataset = CrackFreePatchDataset(data_root=str(out / 'train'), split='all', validate='pairs')
    assert len(dataset) == 6


def test_without_patches_the_error_says_how_to_cut_them(tmp_path):
    with pytest.raises(FileNotFoundError, match=r'patches\.py'):
        CrackFreePatchDataset(data_root=str(tmp_path))


@pytest.mark.parametrize('options', [dict(split='test'), dict(val_share=0.0)])
def test_bad_arguments_are_named(patches, options):
    with pytest.raises(ValueError, match=next(iter(options))):
        CrackFreePatchDataset(data_root=str(patches), validate='pairs', **options)


def test_one_photograph_cannot_be_split(tmp_path):
    (tmp_path / 'Negative').mkdir()
    cv2.imwrite(str(tmp_path / 'Negative/a_y0000_x0000.png'), np.zeros((8, 8, 3), np.uint8))
    with pytest.raises(ValueError, match='one photograph'):
        CrackFreePatchDataset(data_root=str(tmp_path), split='train')
