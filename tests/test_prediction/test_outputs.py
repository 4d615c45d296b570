import resource

import cv2
import numpy as np
import pytest

from mmcrack.evaluation.map_files import write_map
from mmcrack.prediction.outputs import OutputError, PredictionFiles, output_paths

RNG = np.random.default_rng(0)
PROB = RNG.random((30, 20), dtype=np.float32)
PHOTO = RNG.integers(0, 255, (30, 20, 3), dtype=np.uint8)


def write(paths, **options):
    with PredictionFiles(paths, PROB.shape, **{'threshold': 0.3, **options}) as files:
        files.add(PROB[:11], PHOTO[:11])
        files.add(PROB[11:], PHOTO[11:])


def leftovers(folder):
    return [path for path in folder.rglob('*') if path.is_file()]


def read(path):
    return cv2.imread(str(path), cv2.IMREAD_UNCHANGED)


@pytest.mark.parametrize('bits', [8, 16])
def test_three_files(tmp_path, bits):
    paths = output_paths(tmp_path, 'wall/1', ['map', 'mask', 'overlay'])
    write(paths, bits=bits)
    assert sorted(leftovers(tmp_path)) == sorted(
        tmp_path / folder / 'wall/1.png' for folder in ('maps', 'masks', 'overlays')
    )
    write_map(tmp_path / 'as_a_test.png', PROB, bits=bits)
    np.testing.assert_array_equal(read(paths['map']), read(tmp_path / 'as_a_test.png'), strict=True)
    crack = PROB > 0.3
    np.testing.assert_array_equal(read(paths['mask']), np.where(crack, 255, 0))
    red = (PHOTO.astype(int) + np.array([0, 0, 255])) // 2
    np.testing.assert_array_equal(read(paths['overlay']), np.where(crack[..., None], red, PHOTO))


@pytest.mark.parametrize('error', [KeyboardInterrupt, ZeroDivisionError])
def test_nothing_is_left_of_an_interrupted_prediction(tmp_path, error):
    paths = output_paths(tmp_path, '1', ['map', 'overlay'])

    def stop():
        with PredictionFiles(paths, PROB.shape, threshold=0.5) as files:
            files.add(PROB[:5], PHOTO[:5])
            raise error

    with pytest.raises(error):
        stop()
    assert leftovers(tmp_path) == []


def test_full_disk_is_named_and_leaves_nothing(tmp_path):
    paths = output_paths(tmp_path, '1', ['map', 'overlay'])
    earlier = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300, earlier[1]))  # bytes of any one file
    try:
        with pytest.raises(OutputError, match=r'maps/1\.png: cannot be written .*same command'):
            write(paths)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, earlier)
    assert leftovers(tmp_path) == []


def test_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / 'masks').write_text('a file where the folder should be')
    with pytest.raises(OutputError, match=r'masks/1\.png: cannot be written'):
        write(output_paths(tmp_path, '1', ['mask']))
