import numpy as np
import pytest
import tifffile

from mmcrack.measurement.georeference import GeoReference, read_georeference

EAST, NORTH, SIDE = 500_000.0, 5_400_000.0, 0.002


def write_tiff(path, *, tags=(), keys=()):
    directory = [1, 1, 0, len(keys), *(n for key, value in keys for n in (key, 0, 1, value))]
    extra = [(code, 'd', len(values), values, True) for code, values in tags]
    if keys:
        extra.append((34735, 'H', len(directory), directory, True))
    tifffile.imwrite(path, np.zeros((20, 30), np.uint8), extratags=extra, metadata=None)
    return path


NORTH_UP = ((33550, (SIDE, SIDE, 0.0)), (33922, (0.0, 0.0, 0.0, EAST, NORTH, 0.0)))
UTM = ((1024, 1), (1025, 1), (3072, 32632), (3076, 9001))


def corners(reference):
    return reference.world(np.array([[0, 0], [30, 0], [0, 20], [0.5, 0.5]]))


def test_geotiff(tmp_path):
    reference = read_georeference(write_tiff(tmp_path / 'a.tif', tags=NORTH_UP, keys=UTM))
    assert (reference.epsg, reference.metres) == (32632, 1)
    assert reference.mm_per_pixel == pytest.approx(2)
    expected = [[0, 0], [0.06, 0], [0, -0.04], [0.001, -0.001]]
    np.testing.assert_allclose(corners(reference) - [EAST, NORTH], expected, atol=1e-9)


def test_geotiff_that_ties_pixel_centres(tmp_path):
    keys = ((1024, 1), (1025, 2), (3072, 32632), (3076, 9001))
    reference = read_georeference(write_tiff(tmp_path / 'a.tif', tags=NORTH_UP, keys=keys))
    np.testing.assert_allclose(corners(reference)[3], [EAST, NORTH], atol=1e-9)


def test_tie_point_away_from_the_corner(tmp_path):
    tags = (NORTH_UP[0], (33922, (10.0, 5.0, 0.0, EAST, NORTH, 0.0)))
    reference = read_georeference(write_tiff(tmp_path / 'a.tif', tags=tags, keys=UTM))
    np.testing.assert_allclose(reference.world(np.array([[10, 5]])), [[EAST, NORTH]])


def rotated(degrees=30):
    cos, sin = SIDE * np.cos(np.deg2rad(degrees)), SIDE * np.sin(np.deg2rad(degrees))
    return np.array([[cos, sin, EAST], [sin, -cos, NORTH]])


def test_rotated_geotiff(tmp_path):
    matrix = np.eye(4)
    matrix[:2, [0, 1, 3]] = rotated()
    tags = ((34264, tuple(matrix.ravel())),)
    reference = read_georeference(write_tiff(tmp_path / 'a.tif', tags=tags, keys=UTM))
    np.testing.assert_allclose(reference.transform, rotated())
    assert reference.mm_per_pixel == pytest.approx(2)


@pytest.mark.parametrize(
    ('image', 'world'),
    [('a.jpg', 'a.jgw'), ('a.png', 'a.pgw'), ('a.tif', 'a.tfw'), ('a.tif', 'a.tifw'),
     ('a.png', 'a.wld'), ('a.jpeg', 'a.JGW')],
)  # fmt: skip
def test_world_file_places_the_centre_of_the_first_pixel(tmp_path, image, world):
    path = tmp_path / image
    path.touch()
    if path.suffix == '.tif':
        write_tiff(path)
    a, b, c, d, e, f = rotated().ravel()
    (tmp_path / world).write_text('\n'.join(map(repr, map(float, (a, d, b, e, c, f)))))
    reference = read_georeference(path)
    np.testing.assert_allclose(reference.world(np.array([[0.5, 0.5]])), [[EAST, NORTH]])
    np.testing.assert_allclose(reference.transform[:, :2], rotated()[:, :2])
    assert (reference.epsg, reference.mm_per_pixel) == (None, None)


def test_prj_file_names_the_system_of_a_world_file(tmp_path):
    (tmp_path / 'a.pgw').write_text('0.01 0 0 -0.01 7 9')
    (tmp_path / 'a.prj').write_text(
        'PROJCS["ETRS89 / UTM 32N",GEOGCS["ETRS89",UNIT["degree",0.0174532925199433],'
        'AUTHORITY["EPSG","4258"]],PROJECTION["Transverse_Mercator"],'
        'UNIT["metre",1,AUTHORITY["EPSG","9001"]],AUTHORITY["EPSG","25832"]]\n'
    )
    reference = read_georeference(tmp_path / 'a.png')
    assert (reference.epsg, reference.mm_per_pixel) == (25832, pytest.approx(10))


def test_units_other_than_metres(tmp_path):
    feet = ((1024, 1), (3072, 2263), (3076, 9003))
    reference = read_georeference(write_tiff(tmp_path / 'a.tif', tags=NORTH_UP, keys=feet))
    assert reference.mm_per_pixel == pytest.approx(2 * 1200 / 3937)
    degrees = ((1024, 2), (2048, 4326))
    reference = read_georeference(write_tiff(tmp_path / 'b.tif', tags=NORTH_UP, keys=degrees))
    assert (reference.epsg, reference.mm_per_pixel) == (4326, None)


def test_pixels_that_are_no_squares_have_no_size(tmp_path):
    reference = GeoReference(np.array([[1, 0, 0], [0, -1.1, 0]]), tmp_path, 32632, 1.0)
    assert reference.mm_per_pixel is None


def test_nothing_is_said(tmp_path):
    assert read_georeference(write_tiff(tmp_path / 'a.tif')) is None
    assert read_georeference(tmp_path / 'a.png') is None


def test_what_cannot_be_used_is_named(tmp_path):
    points = ((33922, (0.0, 0.0, 0.0, EAST, NORTH, 0.0) * 3),)
    with pytest.raises(ValueError, match=r'gcp\.tif: is tied .* by ground control points'):
        read_georeference(write_tiff(tmp_path / 'gcp.tif', tags=points))
    (tmp_path / 'a.pgw').write_text('1\n0\n0\n')
    with pytest.raises(ValueError, match=r'a\.pgw: a world file has six numbers'):
        read_georeference(tmp_path / 'a.png')
    (tmp_path / 'b.pgw').write_text('1 0 1 0 5 5')
    with pytest.raises(ValueError, match=r'b\.pgw: its transform to the world is singular'):
        read_georeference(tmp_path / 'b.png')
    (tmp_path / 'broken.tif').write_bytes(b'no tiff')
    with pytest.raises(ValueError, match=r'broken\.tif: its TIFF tags'):
        read_georeference(tmp_path / 'broken.tif')


def test_record_brings_the_reference_back(tmp_path):
    reference = GeoReference(rotated(), tmp_path / 'a.tif', 32632, 1.0)
    again = GeoReference.from_record(reference.record())
    np.testing.assert_array_equal(again.transform, reference.transform)
    assert (again.source, again.epsg, again.metres) == (tmp_path / 'a.tif', 32632, 1.0)
