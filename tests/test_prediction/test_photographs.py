import cv2
import numpy as np
import pytest
import tifffile
from mmcv.transforms import LoadImageFromFile
from PIL import Image, ImageOps

from mmcrack.engine.label_generation import UnreadableImageError
from mmcrack.prediction import tiff_windows
from mmcrack.prediction.photographs import DecodedImage, open_photograph
from mmcrack.prediction.tiff_windows import TiffWindows

RNG = np.random.default_rng(0)
COLOR = cv2.GaussianBlur(RNG.integers(0, 255, (45, 70, 3), dtype=np.uint8), (5, 5), 2)  # RGB
GRAY = COLOR[..., 0]
DEEP = RNG.integers(0, 2**16, (45, 70, 3), dtype=np.uint16)


def read(path, **options):
    with open_photograph(path, **options) as photograph:
        parts = [photograph.rows(a, min(a + 13, photograph.height))
                 for a in range(0, photograph.height, 13)]  # fmt: skip
        assert np.concatenate(parts).shape == (photograph.height, photograph.width, 3)
        return np.concatenate(parts)


def bgr(rgb):
    return rgb[..., ::-1] if rgb.ndim == 3 else np.repeat(rgb[..., None], 3, 2)


@pytest.mark.parametrize('suffix', ['.jpg', '.png', '.bmp', '.tif', '.webp'])
@pytest.mark.parametrize('values', [COLOR, GRAY], ids=['color', 'gray'])
def test_pixels_are_those_that_a_test_reads(tmp_path, suffix, values):
    path = tmp_path / f'a{suffix}'
    Image.fromarray(values).save(path)
    expected = LoadImageFromFile()(dict(img_path=str(path)))['img']
    np.testing.assert_array_equal(read(path), expected)


@pytest.mark.parametrize('suffix', ['.png', '.tif'])
@pytest.mark.parametrize('values', [DEEP, DEEP[..., 0]], ids=['color', 'gray'])
def test_sixteen_bits_are_divided_by_256(tmp_path, suffix, values):
    path = str(tmp_path / f'a{suffix}')
    cv2.imwrite(path, values[..., ::-1] if values.ndim == 3 else values)
    np.testing.assert_array_equal(read(path), bgr((values >> 8).astype(np.uint8)))


def test_transparency_is_dropped_and_palettes_and_bits_are_resolved(tmp_path):
    alpha = np.dstack([COLOR, GRAY])
    Image.fromarray(alpha).save(tmp_path / 'rgba.png')
    np.testing.assert_array_equal(read(tmp_path / 'rgba.png'), bgr(COLOR))
    Image.fromarray(alpha).save(tmp_path / 'rgba.tif')
    np.testing.assert_array_equal(read(tmp_path / 'rgba.tif'), bgr(COLOR))
    palette = Image.fromarray(COLOR).quantize(16)
    palette.save(tmp_path / 'palette.png')
    np.testing.assert_array_equal(
        read(tmp_path / 'palette.png'), bgr(np.asarray(palette.convert('RGB')))
    )
    Image.fromarray(GRAY > 100).save(tmp_path / 'bits.png')
    np.testing.assert_array_equal(
        read(tmp_path / 'bits.png'), bgr((GRAY > 100).astype(np.uint8) * 255)
    )


def test_cmyk_is_near_the_colors_it_was_made_from(tmp_path):
    Image.fromarray(COLOR).convert('CMYK').save(tmp_path / 'print.jpg', quality=98)
    assert np.abs(read(tmp_path / 'print.jpg').astype(int) - bgr(COLOR)).mean() < 4


@pytest.mark.parametrize('orientation', range(1, 9))
@pytest.mark.parametrize(
    ('suffix', 'options'), [('.png', {}), ('.tif', {}), ('.tif', {'compression': 'tiff_lzw'})]
)
def test_exif_orientation_is_applied(tmp_path, orientation, suffix, options):
    image = Image.fromarray(COLOR)
    exif = image.getexif()
    exif[0x0112] = orientation
    image.save(tmp_path / f'a{suffix}', exif=exif, **options)
    with Image.open(tmp_path / f'a{suffix}') as stored:
        expected = np.asarray(ImageOps.exif_transpose(stored))
    np.testing.assert_array_equal(read(tmp_path / f'a{suffix}'), bgr(expected))


@pytest.mark.parametrize(
    'layout',
    [
        dict(),
        dict(tile=(16, 32)),
        dict(tile=(16, 32), compression='zlib'),
        dict(rowsperstrip=7, compression='zlib'),
        dict(bigtiff=True),
    ],
    ids=str,
)
def test_tiff_is_read_by_windows(tmp_path, layout):
    for name, values in (('color', COLOR), ('gray', GRAY), ('deep', DEEP)):
        path = tmp_path / f'{name}.tif'
        kind = 'minisblack' if values.ndim == 2 else 'rgb'
        tifffile.imwrite(path, values, photometric=kind, **layout)
        with open_photograph(path) as photograph:
            assert isinstance(photograph._source, TiffWindows)
        shown = values if values.dtype == np.uint8 else (values >> 8).astype(np.uint8)
        np.testing.assert_array_equal(read(path), bgr(shown))


def test_other_tiffs_are_decoded_as_a_whole(tmp_path):
    tifffile.imwrite(tmp_path / 'white.tif', GRAY, photometric='miniswhite')
    np.testing.assert_array_equal(read(tmp_path / 'white.tif'), bgr(255 - GRAY))
    Image.fromarray(COLOR).save(tmp_path / 'lzw.tif', compression='tiff_lzw')
    with open_photograph(tmp_path / 'lzw.tif') as photograph:
        assert isinstance(photograph._source, DecodedImage)
    np.testing.assert_array_equal(read(tmp_path / 'lzw.tif'), bgr(COLOR))


def test_a_tiff_in_one_large_compressed_piece_is_decoded_once(tmp_path, monkeypatch):
    path = tmp_path / 'a.tif'
    monkeypatch.setattr(tiff_windows, '_LARGEST_PART', 1000)
    tifffile.imwrite(path, COLOR, photometric='rgb', compression='zlib', rowsperstrip=45)
    with open_photograph(path) as photograph:
        assert isinstance(photograph._source, DecodedImage)
    np.testing.assert_array_equal(read(path), bgr(COLOR))
    tifffile.imwrite(path, COLOR, photometric='rgb', rowsperstrip=45)  # uncompressed: mapped
    with open_photograph(path) as photograph:
        assert isinstance(photograph._source, TiffWindows)


def test_reduced_copies_are_no_further_pages_but_pages_are_refused(tmp_path):
    with tifffile.TiffWriter(tmp_path / 'pyramid.tif') as file:
        file.write(COLOR, photometric='rgb')
        file.write(COLOR[::2, ::2], photometric='rgb', subfiletype=1)
    np.testing.assert_array_equal(read(tmp_path / 'pyramid.tif'), bgr(COLOR))
    tifffile.imwrite(tmp_path / 'scan.tif', np.stack([COLOR, COLOR]), photometric='rgb')
    with pytest.raises(UnreadableImageError, match=r'scan\.tif: .*a TIFF of 2 pages; split it'):
        read(tmp_path / 'scan.tif')


@pytest.mark.parametrize('suffix', ['.jpg', '.png', '.tif', '.webp', '.bmp'])
@pytest.mark.parametrize('kept', [0.0, 0.02, 0.6])
def test_damaged_file_is_named(tmp_path, suffix, kept):
    path = tmp_path / f'whole{suffix}'
    Image.fromarray(COLOR).save(path)
    data = path.read_bytes()
    (tmp_path / f'cut{suffix}').write_bytes(data[: int(kept * len(data))])
    with pytest.raises(UnreadableImageError, match=rf'cut\{suffix}: cannot be read'):
        read(tmp_path / f'cut{suffix}')


def test_what_is_not_a_photograph_is_refused(tmp_path):
    (tmp_path / 'program.png').write_bytes(b'%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n')
    tifffile.imwrite(tmp_path / 'heights.tif', GRAY.astype(np.float32))
    with pytest.raises(UnreadableImageError, match=r'program\.png: cannot be read'):
        read(tmp_path / 'program.png')
    with pytest.raises(UnreadableImageError, match=r'heights\.tif: .*8 or 16 bits'):
        read(tmp_path / 'heights.tif')
    with pytest.raises(FileNotFoundError, match=r'none\.png: no such photograph'):
        read(tmp_path / 'none.png')


def test_size_limit_is_ours_and_comes_before_decoding(tmp_path, monkeypatch):
    monkeypatch.setattr(Image, 'MAX_IMAGE_PIXELS', 100)  # PIL would stop at twice that
    Image.fromarray(COLOR).save(tmp_path / 'a.png')
    np.testing.assert_array_equal(read(tmp_path / 'a.png'), bgr(COLOR))
    with pytest.raises(UnreadableImageError, match=r'45×70 pixels, above the limit of 0\.003 mega'):
        read(tmp_path / 'a.png', max_megapixels=0.003)
    assert Image.MAX_IMAGE_PIXELS == 100
