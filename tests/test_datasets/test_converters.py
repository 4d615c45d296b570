import runpy
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy.io import savemat

from mmcrack.datasets import CrackDataset, DeepCrackDataset
from mmcrack.datasets.conversion import ConversionError, convert, write

TOOLS = Path('tools/dataset_converters')


def run(monkeypatch, name, source, out, *options) -> None:
    script = str(TOOLS / f'{name}.py')
    monkeypatch.setattr(sys, 'argv', [script, str(source), str(out), *options])
    runpy.run_path(script, run_name='__main__')


def files(out: Path) -> list[str]:
    return sorted(path.relative_to(out).as_posix() for path in out.rglob('*') if path.is_file())


def read(path: Path) -> np.ndarray:
    return np.asarray(Image.open(path))


@pytest.fixture
def deepcrack(folder):
    folder.pair('src/train_img/1.jpg', 'src/train_lab/1.png')
    folder.pair('src/test_img/1.jpg', 'src/test_lab/1.png')
    return folder


def test_deepcrack_images_are_copied_and_masks_are_0_and_255(deepcrack, monkeypatch):
    deepcrack.mask('src/train_lab/1.png', np.eye(6, 8))  # 0 and 1
    out = deepcrack.root / 'out'
    run(monkeypatch, 'deepcrack', deepcrack.root / 'src', out)
    assert files(out) == [
        f'{part}/{name}' for part in ('test', 'train') for name in ('images/1.jpg', 'masks/1.png')
    ]
    image = (deepcrack.root / 'src/train_img/1.jpg').read_bytes()
    assert (out / 'train/images/1.jpg').read_bytes() == image
    mask = read(out / 'train/masks/1.png')
    assert mask.dtype == np.uint8
    np.testing.assert_array_equal(mask, np.eye(6, 8) * 255)


def test_the_new_layout_is_a_crack_dataset(deepcrack, monkeypatch):
    out = deepcrack.root / 'out'
    run(monkeypatch, 'deepcrack', deepcrack.root / 'src', out)
    prefix = dict(img_path='train/images', seg_map_path='train/masks')
    assert len(CrackDataset(data_root=str(out), data_prefix=prefix)) == 1


def test_crack500(folder, monkeypatch):
    for part in ('train', 'val', 'test'):
        folder.pair(f'src/{part}crop/{part}crop/a.jpg', f'src/{part}crop/{part}crop/a.png')
    run(monkeypatch, 'crack500', folder.root / 'src', folder.root / 'out')
    assert [name for name in files(folder.root / 'out') if 'masks' in name] == [
        'test/masks/a.png',
        'train/masks/a.png',
        'val/masks/a.png',
    ]


def test_cfd_mat_masks_become_png(folder, monkeypatch):
    folder.image('src/image/001.jpg')
    cell = np.empty((1, 1), [('Segmentation', object)])
    cell[0, 0] = (np.array([[1, 2] * 4] * 6, np.uint8),)
    (folder.root / 'src/groundTruth').mkdir()
    savemat(folder.root / 'src/groundTruth/001.mat', dict(groundTruth=cell))
    folder.pair('src/image/042.jpg', 'src/groundTruth/042.png')
    out = folder.root / 'out'
    run(monkeypatch, 'cfd', folder.root / 'src', out, '--exclude', '042')
    assert files(out) == ['all/images/001.jpg', 'all/masks/001.png']
    np.testing.assert_array_equal(read(out / 'all/masks/001.png'), [[0, 255] * 4] * 6)


def test_ael_masks_are_inverted_and_renamed(folder, monkeypatch):
    folder.image('src/IMAGES/AIGLE_RN/Im_GT_AIGLE_RN_C18aor.png')
    dark = np.full((6, 8), 255)
    dark[3] = 0
    folder.mask('src/GROUND_TRUTH/AIGLE_RN/GT_AIGLE_RN_C18a.png', dark)
    out = folder.root / 'out'
    run(monkeypatch, 'ael', folder.root / 'src', out)
    assert files(out) == ['all/images/AIGLE_RN_C18a.png', 'all/masks/AIGLE_RN_C18a.png']
    np.testing.assert_array_equal(read(out / 'all/masks/AIGLE_RN_C18a.png'), 255 - dark)


def test_bridge2025_with_other_folders(folder, monkeypatch):
    folder.pair('src/photos/1.jpg', 'src/labels/1.png')
    out = folder.root / 'out'
    run(monkeypatch, 'bridge2025', folder.root / 'src', out, '--part', 'train=photos:labels')
    assert files(out) == ['train/images/1.jpg', 'train/masks/1.png']


def test_all_problems_are_listed_and_nothing_is_written(deepcrack, monkeypatch, capsys):
    root = deepcrack.root / 'src'
    deepcrack.image('src/train_img/2.jpg')  # no mask
    deepcrack.mask('src/train_lab/3.png')  # no image
    deepcrack.pair('src/train_img/4.jpg', 'src/train_lab/4.png')
    deepcrack.mask('src/train_lab/4.png', size=(5, 8))
    deepcrack.pair('src/test_img/5.jpg', 'src/test_lab/5.png')
    deepcrack.mask('src/test_lab/5.png', np.full((6, 8), 9))
    deepcrack.pair('src/test_img/6.jpg', 'src/test_lab/6.png')
    (root / 'test_img/6.jpg').write_bytes(b'none')
    with pytest.raises(SystemExit) as stop:
        run(monkeypatch, 'deepcrack', root, deepcrack.root / 'out')
    message = str(stop.value)
    assert message.startswith('5 problems:')
    for line in (
        'train_img/2.jpg: has no mask',
        'train_lab/3.png: has no image',
        'train_lab/4.png: 5×8, its image is 6×8',
        'test_lab/5.png: 48 of 48 pixels',
        'test_img/6.jpg: cannot be read',
    ):
        assert line in message
    assert [path.name for path in deepcrack.root.iterdir()] == ['src']


def test_missing_folders_and_folders_without_pairs_are_named(folder):
    folder.image('src/train_img/1.gif')
    (folder.root / 'src/train_lab').mkdir()
    with pytest.raises(ConversionError) as error:
        convert(DeepCrackDataset, folder.root / 'src', folder.root / 'out')
    assert 'train_img: no images (.jpg) with masks (.png)' in str(error.value)
    assert 'test_img: no such folder' in str(error.value)


def test_names_that_would_overwrite_each_other_are_a_problem(deepcrack):
    deepcrack.pair('src/train_img/more/1.jpg', 'src/train_lab/more/1.png')
    with pytest.raises(ConversionError, match=r'more/1\.jpg: would have the name of'):
        convert(DeepCrackDataset, deepcrack.root / 'src', deepcrack.root / 'out')


def test_jpeg_like_masks_need_a_threshold(deepcrack):
    deepcrack.mask('src/train_lab/1.png', np.arange(48).reshape(6, 8) * 5)
    source, out = deepcrack.root / 'src', deepcrack.root / 'out'
    with pytest.raises(ConversionError, match='threshold'):
        convert(DeepCrackDataset, source, out)
    convert(DeepCrackDataset, source, out, threshold=0.5)
    expected = np.where(np.arange(48).reshape(6, 8) * 5 >= 128, 255, 0)
    np.testing.assert_array_equal(read(out / 'train/masks/1.png'), expected)


def test_unpaired_files_can_be_skipped_and_are_listed(deepcrack, monkeypatch, capsys):
    deepcrack.image('src/train_img/2.jpg')
    out = deepcrack.root / 'out'
    run(monkeypatch, 'deepcrack', deepcrack.root / 'src', out, '--skip-unpaired')
    assert 'train/images/2.jpg' not in files(out)
    assert '1 files left out' in (printed := capsys.readouterr().out)
    assert '2.jpg' in printed


def test_a_dry_run_writes_nothing(deepcrack, monkeypatch, capsys):
    run(monkeypatch, 'deepcrack', deepcrack.root / 'src', deepcrack.root / 'out', '--dry-run')
    assert not (deepcrack.root / 'out').exists()
    assert '1 pairs of train, 1 pairs of test checked' in capsys.readouterr().out


def test_an_existing_folder_is_left_alone(deepcrack):
    precious = deepcrack.image('out/precious.jpg')
    with pytest.raises(FileExistsError, match='out: exists already'):
        convert(DeepCrackDataset, deepcrack.root / 'src', deepcrack.root / 'out')
    assert precious.is_file()


def test_an_interrupted_conversion_leaves_nothing(deepcrack, monkeypatch):
    def full_disk(*args):
        raise OSError('no space left')

    monkeypatch.setattr('mmcrack.datasets.conversion.shutil.copyfile', full_disk)
    with pytest.raises(OSError, match='no space'):
        convert(DeepCrackDataset, deepcrack.root / 'src', deepcrack.root / 'out')
    assert [path.name for path in deepcrack.root.iterdir()] == ['src']


def test_write_refuses_a_file_in_the_way(tmp_path):
    (tmp_path / 'out').write_text('')
    with pytest.raises(FileExistsError, match='out'):
        write(tmp_path / 'out', {}, ())
