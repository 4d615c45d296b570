import runpy
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mmcrack.datasets import CrackPatchDataset
from mmcrack.datasets.patch_cutting import PatchGrid

TOOL = 'tools/dataset_converters/patches.py'


def run(monkeypatch, source, out, *options) -> None:
    monkeypatch.setattr(sys, 'argv', [TOOL, str(source), str(out), *map(str, options)])
    runpy.run_path(TOOL, run_name='__main__')


def names(out: Path) -> list[str]:
    return sorted(path.relative_to(out).as_posix() for path in out.rglob('*.png'))


@pytest.fixture
def source(folder):
    """A photograph of 10×8 pixels whose only crack pixel is at row 2, column 5."""
    mask = np.zeros((10, 8), np.uint8)
    mask[2, 5] = 255
    folder.image('src/train_img/a.jpg', (10, 8))
    folder.mask('src/train_lab/a.png', mask)
    return folder.root / 'src'


@pytest.fixture
def options():
    return ['--part', 'train=train_img:train_lab', '--size', 4, '--stride', 3]


def test_grids_cover_the_image_to_its_border():
    assert PatchGrid(128, 64).starts(384) == [0, 64, 128, 192, 256]
    assert PatchGrid(128, 64).starts(544) == [0, 64, 128, 192, 256, 320, 384, 416]
    assert PatchGrid(128, 64).starts(128) == [0]


def test_one_crack_pixel_makes_a_patch_positive(source, options, monkeypatch, tmp_path):
    out = tmp_path / 'patches'
    run(monkeypatch, source, out, *options)
    found = names(out)
    assert len(found) == 3 * 3  # rows 0, 3, 6 and columns 0, 3, 4
    assert [name for name in found if 'Positive' in name] == [
        'train/Positive/a_y0000_x0003.png',
        'train/Positive/a_y0000_x0004.png',
    ]


def test_patches_are_pixels_of_the_photograph(source, options, monkeypatch, tmp_path):
    out = tmp_path / 'patches'
    run(monkeypatch, source, out, *options)
    photograph = np.asarray(Image.open(source / 'train_img/a.jpg'))
    for name in names(out):
        top, left = (int(part[1:]) for part in Path(name).stem.split('_')[1:])
        patch = np.asarray(Image.open(out / name))
        np.testing.assert_array_equal(patch, photograph[top : top + 4, left : left + 4])


@pytest.mark.usefixtures('mmpretrain_scope')
def test_the_folders_are_a_patch_data_set(source, options, monkeypatch, tmp_path):
    run(monkeypatch, source, tmp_path / 'patches', *options)
    dataset = CrackPatchDataset(data_root=str(tmp_path / 'patches/train'), split='all')
    assert dataset.get_gt_labels().tolist().count(1) == 2


def test_a_known_data_set_needs_no_folders(source, folder, monkeypatch, tmp_path):
    folder.pair('src/test_img/b.jpg', 'src/test_lab/b.png')
    run(monkeypatch, source, tmp_path / 'out', '--dataset', 'deepcrack', '--size', 6)
    assert {Path(name).parts[0] for name in names(tmp_path / 'out')} == {'train', 'test'}


def test_a_list_chooses_photographs(source, folder, options, monkeypatch, tmp_path):
    folder.pair('src/train_img/b.jpg', 'src/train_lab/b.png')
    chosen = tmp_path / 'train.txt'
    chosen.write_text('train_img/b.jpg train_lab/b.png\n')
    run(monkeypatch, source, tmp_path / 'out', *options, '--list', chosen)
    assert {Path(name).name[0] for name in names(tmp_path / 'out')} == {'b'}
    chosen.write_text('train_img/c.jpg train_lab/c.png\n')
    with pytest.raises(SystemExit, match=r'train_img/c\.jpg: no such file.*train\.txt'):
        run(monkeypatch, source, tmp_path / 'none', *options, '--list', chosen)


def test_all_problems_are_listed_and_nothing_is_written(
    source, folder, options, monkeypatch, tmp_path
):
    folder.image('src/train_img/small.png', (3, 8))
    folder.mask('src/train_lab/small.png', size=(3, 8))
    deep = Image.fromarray(np.zeros((6, 8), np.uint16))
    deep.save(source / 'train_img/deep.png')
    folder.mask('src/train_lab/deep.png')
    with pytest.raises(SystemExit) as error:
        run(monkeypatch, source, tmp_path / 'out', *options)
    message = str(error.value)
    assert 'small.png: 3×8, smaller than a patch of 4 pixels' in message
    assert 'deep.png: pixels of type I;16; convert the image to 8 bits' in message
    assert 'Nothing was written' in message
    assert not (tmp_path / 'out').exists()


def test_gray_photographs_stay_gray(source, options, monkeypatch, tmp_path):
    Image.open(source / 'train_img/a.jpg').convert('L').save(source / 'train_img/a.jpg')
    run(monkeypatch, source, tmp_path / 'out', *options)
    assert Image.open(tmp_path / 'out' / names(tmp_path / 'out')[0]).mode == 'L'


def test_what_exists_is_not_overwritten_and_a_dry_run_writes_nothing(
    source, options, monkeypatch, tmp_path, capsys
):
    run(monkeypatch, source, tmp_path / 'out', *options, '--dry-run')
    assert not (tmp_path / 'out').exists()
    assert 'train: 1 images' in capsys.readouterr().out
    run(monkeypatch, source, tmp_path / 'out', *options)
    with pytest.raises(SystemExit, match='exists already'):
        run(monkeypatch, source, tmp_path / 'out', *options)
