from itertools import product
from pathlib import Path

import cv2
import numpy as np
import pytest

from mmcrack.datasets.crack_free import crack_free_crop, largest_free_rectangle, write_crack_free
from mmcrack.datasets.pairs import find_pairs


def brute_force(occupied, least):
    """Area of the largest free rectangle, by trying all."""
    height, width = occupied.shape
    areas = [0]
    for top, left in product(range(height), range(width)):
        for bottom, right in product(
            range(top + least, height + 1), range(left + least, width + 1)
        ):
            if not occupied[top:bottom, left:right].any():
                areas.append((bottom - top) * (right - left))
    return max(areas)


@pytest.mark.parametrize('seed', range(12))
@pytest.mark.parametrize('least', [1, 3])
def test_no_rectangle_is_larger(seed, least):
    rng = np.random.default_rng(seed)
    occupied = rng.random(rng.integers(3, 11, 2)) < rng.uniform(0.02, 0.4)
    found = largest_free_rectangle(occupied, least=least)
    if found is None:
        assert brute_force(occupied, least) == 0
        return
    assert found.area == brute_force(occupied, least)
    assert not occupied[found.top : found.bottom, found.left : found.right].any()
    assert min(found.bottom - found.top, found.right - found.left) >= least


@pytest.fixture
def folders():
    """Two photographs, each pixel telling its place; the second's label leaves no room."""
    image = np.zeros((96, 128, 3), np.uint8)
    image[..., 0], image[..., 1] = np.mgrid[:96, :128]
    label = np.zeros((96, 128), np.uint8)
    label[:, 40] = 90  # uncertain
    label[3] = 20  # below the threshold
    for folder in ('images', 'labels'):
        Path(folder).mkdir()
    for name, values in (('free', label), ('full', np.full_like(label, 200))):
        cv2.imwrite(f'images/{name}.png', image)
        cv2.imwrite(f'labels/{name}.png', values)
    return find_pairs(Path('images'), Path('labels')).pairs


@pytest.fixture(autouse=True)
def _in_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_the_crop_is_the_photographs_part_beside_the_crack(folders):
    free, full = folders
    crop = crack_free_crop(free, margin=4, least=32)
    assert crop.shape == (96, 80, 3)
    assert crop[0, 0, 1] == 48  # its first column
    assert crack_free_crop(full, least=32) is None
    assert crack_free_crop(free, least=90) is None


def test_files_are_written_for_those_with_room(folders):
    assert list(write_crack_free(folders, Path('out'), least=32)) == [Path('out/free.png'), None]
    np.testing.assert_array_equal(cv2.imread('out/free.png'), crack_free_crop(folders[0], least=32))
    assert [path.name for path in Path('out').iterdir()] == ['free.png']


def test_bad_files_are_named(folders):
    cv2.imwrite('labels/free.png', np.zeros((9, 9), np.uint8))
    with pytest.raises(ValueError, match=r'free\.png'):
        crack_free_crop(folders[0])
    Path('images/free.png').write_bytes(b'none')
    with pytest.raises(ValueError, match=r'images/free\.png'):
        crack_free_crop(folders[0])
