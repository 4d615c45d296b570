import cv2
import numpy as np
import pytest
from PIL import Image

from mmcrack.evaluation.map_files import read_map, write_map


@pytest.mark.parametrize('dtype', [np.uint8, np.uint16])
@pytest.mark.parametrize('suffix', ['.png', '.tif'])
def test_integer_images_are_divided_by_their_maximum(tmp_path, dtype, suffix):
    most = np.iinfo(dtype).max
    values = np.array([[0, 1, most // 5], [most // 2, most - 1, most]], dtype)
    path = tmp_path / f'map{suffix}'
    cv2.imwrite(str(path), values)
    expected = (values.astype(np.float64) / most).astype(np.float32)
    assert read_map(path).tolist() == expected.tolist()


def test_gray_stored_with_three_channels_is_read(tmp_path):
    gray = np.arange(12, dtype=np.uint8).reshape(3, 4) * 20
    cv2.imwrite(str(tmp_path / 'map.png'), np.stack([gray] * 3, axis=-1))
    assert read_map(tmp_path / 'map.png').tolist() == (gray / np.float32(255)).tolist()


def test_one_bit_images_are_binary_maps(tmp_path):
    pred = np.eye(9, dtype=bool)
    Image.fromarray(pred).save(tmp_path / 'map.png')
    assert read_map(tmp_path / 'map.png').tolist() == pred.astype(np.float32).tolist()


@pytest.mark.parametrize('dtype', [np.float16, np.float32, np.float64, bool, np.uint8])
def test_arrays_are_read(tmp_path, dtype):
    values = np.array([[0, 0.25], [0.5, 1]]) * (255 if dtype is np.uint8 else 1)
    np.save(tmp_path / 'map.npy', values.astype(dtype)[None])
    scale = 255 if dtype is np.uint8 else 1
    expected = (values.astype(dtype) / scale).astype(np.float32)
    assert read_map(tmp_path / 'map.npy').tolist() == expected.tolist()


def test_pickled_arrays_are_refused(tmp_path):
    np.save(tmp_path / 'map.npy', np.array([{}], dtype=object))
    with pytest.raises(ValueError, match=r'map\.npy: cannot be read'):
        read_map(tmp_path / 'map.npy')


def test_other_files_are_refused_by_name(tmp_path):
    (tmp_path / 'text.png').write_text('no image')
    cv2.imwrite(str(tmp_path / 'color.png'), np.full((3, 3, 3), (1, 2, 3), np.uint8))
    np.save(tmp_path / 'integers.npy', np.zeros((2, 2), int))
    np.save(tmp_path / 'flat.npy', np.zeros(4))
    for name, message in (
        ('text.png', 'cannot be read'),
        ('color.png', 'color channels differ'),
        ('integers.npy', 'int64 values'),
        ('flat.npy', 'shape'),
    ):
        with pytest.raises(ValueError, match=f'{name}: .*{message}'):
            read_map(tmp_path / name)
    with pytest.raises(FileNotFoundError, match=r'none\.png'):
        read_map(tmp_path / 'none.png')


@pytest.mark.parametrize('bad', [np.nan, -0.1, 1.1])
def test_bad_maps_are_not_written(tmp_path, bad):
    with pytest.raises(ValueError, match=r'map\.png'):
        write_map(tmp_path / 'map.png', np.array([[0.5, bad]]))
    assert not list(tmp_path.iterdir())
