import io

import cv2
import numpy as np
import pytest

from mmcrack.prediction.png_rows import PngRows


def png(rows, strips, **style):
    file = io.BytesIO()
    picture = PngRows(file, *rows.shape[:2], **style)
    for strip in np.split(rows, strips):
        picture.write(strip)
    picture.finish()
    return file.getvalue()


@pytest.mark.parametrize('strips', [[], [1], [7, 8, 30]])
@pytest.mark.parametrize(('channels', 'bits'), [(1, 8), (1, 16), (3, 8), (3, 16)])
def test_opencv_reads_what_was_written(channels, bits, strips):
    rng = np.random.default_rng(0)
    shape = (40, 23) if channels == 1 else (40, 23, 3)
    rows = rng.integers(0, 2**bits, shape).astype(f'uint{bits}')
    data = np.frombuffer(png(rows, strips, channels=channels, bits=bits), np.uint8)
    found = cv2.imdecode(data, cv2.IMREAD_UNCHANGED)
    expected = rows if channels == 1 else rows[..., ::-1]
    np.testing.assert_array_equal(found, expected, strict=True)


def test_missing_and_surplus_rows_are_errors():
    picture = PngRows(io.BytesIO(), 4, 5)
    picture.write(np.zeros((3, 5), np.uint8))
    with pytest.raises(ValueError, match='1 rows of the PNG are missing'):
        picture.finish()
    for wrong in (np.zeros((2, 5), np.uint8), np.zeros((1, 4), np.uint8)):
        with pytest.raises(ValueError, match='does not fit 1 rows'):
            picture.write(wrong)
    with pytest.raises(ValueError, match='2 channels'):
        PngRows(io.BytesIO(), 4, 5, channels=2)
