from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from surveys import SIZE, Page

from mmcrack.report import pictures
from mmcrack.report.measured_folder import MeasuredImage
from mmcrack.report.pictures import picture_of


@pytest.fixture
def image(tmp_path):
    """An image whose map is dark above and bright below, and which has no photograph yet."""
    values = np.zeros(SIZE, np.uint8)
    values[45:] = 255
    cv2.imwrite(str(tmp_path / 'map.png'), values)
    return MeasuredImage('a', tmp_path / 'map.png', None, SIZE[1], SIZE[0], False, None, [])


def marked(height, width, dtype=np.uint8):
    """Gray with a bright upper left corner."""
    pixels = np.full((height, width), 100, np.uint8)
    pixels[: height // 3, : width // 3] = 250
    return pixels.astype(dtype) * (257 if dtype == np.uint16 else 1)


def corner(pixels):
    """Which corner is bright."""
    height, width = (n // 6 for n in pixels.shape[:2])
    bright = [bool(pixels[y, x].min() > 180) for y in (height, -height) for x in (width, -width)]
    assert sum(bright) == 1
    return ('upper left', 'upper right', 'lower left', 'lower right')[bright.index(True)]


def test_photograph_is_turned_as_its_exif_tag_says(image, tmp_path):
    stored = Image.fromarray(marked(*SIZE[::-1]))
    exif = stored.getexif()
    exif[0x0112] = 6  # turn by 90° clockwise
    stored.save(tmp_path / 'p.jpg', exif=exif)
    shown = picture_of(image, tmp_path / 'p.jpg', 64)
    assert (shown.kind, shown.pixels.shape) == ('photograph', (48, 64, 3))
    assert corner(shown.pixels) == 'upper right'


def test_sixteen_bits(image, tmp_path):
    Image.fromarray(marked(*SIZE, np.uint16)).save(tmp_path / 'p.tif')
    shown = picture_of(image, tmp_path / 'p.tif', 1000)
    assert shown.pixels.shape == (*SIZE, 3)
    assert (shown.pixels[-1, -1] == 100).all()


def test_strips_give_what_the_whole_gives(image, tmp_path, monkeypatch):
    big = replace(image, width=1200, height=900)
    smooth = cv2.GaussianBlur(np.random.default_rng(0).integers(0, 256, (900, 1200, 3), np.uint8),
                              (0, 0), 9)  # fmt: skip
    cv2.imwrite(str(tmp_path / 'p.png'), smooth)
    whole = picture_of(big, tmp_path / 'p.png', 200).pixels
    monkeypatch.setattr(pictures, '_STRIP_PIXELS', 50_000)
    strips = picture_of(big, tmp_path / 'p.png', 200).pixels
    assert whole.shape == (150, 200, 3)
    expected = cv2.resize(smooth, (200, 150), interpolation=cv2.INTER_AREA)
    assert np.abs(whole.astype(int) - expected).max() <= 2
    assert np.abs(strips.astype(int) - expected).max() <= 2


@pytest.mark.parametrize('dtype', [np.uint8, np.uint16, np.float32, bool])
def test_map_is_drawn_dark_on_light_without_a_photograph(image, tmp_path, dtype):
    top = {np.uint8: 255, np.uint16: 65535}.get(dtype, 1)
    values = np.zeros(SIZE, dtype)
    values[45:] = top
    np.save(tmp_path / 'map.npy', values)
    shown = picture_of(replace(image, map=tmp_path / 'map.npy'), None, 60)
    assert (shown.kind, shown.trouble) == ('map', 'no photograph given')
    assert shown.pixels[0, 0, 0] > 230
    assert shown.pixels[-1, 0, 0] < 40


def test_photographs_that_cannot_be_shown_say_why(image, tmp_path):
    (tmp_path / 'torn.jpg').write_bytes(b'no image')
    Image.fromarray(marked(90, 90)).save(tmp_path / 'square.png')
    for name, reason in (
        ('torn.jpg', 'cannot be read as a photograph'),
        ('square.png', '90×90, its map is 90×120'),
        ('missing.jpg', 'no such photograph'),
        ('nul\0.jpg', 'null'),
        ('\ud800.jpg', 'surrogates not allowed'),
    ):
        shown = picture_of(image, tmp_path / name, 60)
        assert shown.kind == 'map'
        assert reason in shown.trouble or 'no such photograph' in shown.trouble


def test_neither_photograph_nor_map(image):
    shown = picture_of(replace(image, map=Path('gone.png')), Path('lost.jpg'), 60)
    assert (shown.kind, shown.pixels.shape) == ('blank', (45, 60, 3))
    assert 'lost.jpg: no such photograph' in shown.trouble
    assert 'gone.png: no such probability map' in shown.trouble


def test_missing_photographs_are_counted_and_listed(measure, report, survey):
    measured = measure(photographs=False)
    text = report(measured)
    assert '5\xa0photographs could not be shown' in text
    assert text.count('Cracks are drawn on the probability map') == 5
    text = report(measured, '--images', str(survey / 'photographs/*.jpg'))
    assert '3\xa0photographs could not be shown' not in text
    assert '2\xa0photographs could not be shown' in text
    text = report(measured, '--images', str(survey / 'photographs'))
    assert 'could not be shown' not in text


def test_cracks_are_drawn_where_they_are(measure, report, decoded):
    page = Page(report(measure()))
    cards = [a for a in page.all('img') if not a['alt']]
    pixels = decoded(cards[0]['src']).astype(int)  # 'wide': rows 20 to 28, columns 10 to 109
    plain = decoded(next(a['src'] for a in page.all('img') if a['alt'])).astype(int)
    colored = np.abs(pixels - plain).max(axis=2) > 60
    rows, columns = np.nonzero(colored)
    assert rows.min() >= 20
    assert rows.max() <= 28
    assert columns.min() <= 16
    assert columns.max() >= 103


def test_photographs_of_other_names_are_an_error(measure, report, tmp_path):
    (tmp_path / 'else').mkdir()
    Image.new('RGB', (9, 9)).save(tmp_path / 'else/other.png')
    with pytest.raises(ValueError, match=r'else: no photograph there has the name of a map'):
        report(measure(), '--images', str(tmp_path / 'else'))
