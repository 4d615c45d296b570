import csv
import json
import os
import socket
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from mmcrack.engine import map_measurement
from mmcrack.engine.image_listing import list_images
from mmcrack.engine.map_measurement import measure_maps
from mmcrack.measurement import measure_cracks
from mmcrack.measurement.map_file import MeasureOptions

TOOL = Path(__file__).parents[2] / 'tools/measure.py'


@pytest.fixture
def maps(project):
    """Five masks with 0 … 4 cracks of known size, 0.png … 4.png."""
    Path('maps').mkdir()
    for number in range(5):
        mask = np.zeros((90, 120), np.uint8)
        for index in range(number):
            mask[15 * index + 5 : 15 * index + 8 + index, 10:110] = 255
        cv2.imwrite(f'maps/{number}.png', mask)


@pytest.fixture
def measure(maps, script):
    def run(*options, out='out', what=('maps',)):
        script('measure.py', *what, '--out', out, *options)

    return run


def rows(path):
    with open(path, newline='') as file:
        return list(csv.DictReader(file))


def tables(out):
    return {path.name: path.read_bytes() for path in Path(out).glob('*.*')}


def test_tables(measure, capsys):
    measure('--mm-per-pixel', '0.5', '--format', 'csv', 'json', 'geojson')
    assert 'out: 10 cracks in 5 maps, 5 of them new' in capsys.readouterr().out
    cracks = rows('out/cracks.csv')
    assert [row['image'] for row in cracks] == [*'1223334444']
    assert [row['id'] for row in cracks] == [*'1121231234']
    widest = cracks[-4]
    assert float(widest['length_px']) == pytest.approx(100, abs=0.1)
    assert float(widest['length_mm']) == pytest.approx(50, abs=0.05)
    assert float(widest['width_mean_px']) == pytest.approx(6, abs=0.01)
    assert int(widest['area_px2']) == 600
    assert [widest[k] for k in ('left', 'top', 'box_width', 'box_height')] == [
        '10', '50', '100', '6']  # fmt: skip
    images = rows('out/images.csv')
    assert [row['cracks'] for row in images] == [*'01234']
    assert images[0]['width_max_px'] == ''
    assert float(images[2]['length_mm']) == pytest.approx(100, abs=0.1)

    merged = json.loads(Path('out/cracks.json').read_text())['cracks']
    features = json.loads(Path('out/cracks.geojson').read_text())['features']
    assert [crack['severity_px2'] for crack in merged] == [
        float(row['severity_px2']) for row in cracks
    ]
    assert [feature['properties'] for feature in features] == merged
    record = json.loads(Path('out/measurements.json').read_text())
    assert record['finished']
    assert [image['summary']['cracks'] for image in record['images']] == [0, 1, 2, 3, 4]
    for image in record['images']:
        whole = json.loads(Path('out', image['file']).read_text())
        assert len(whole['cracks']) == image['summary']['cracks']
        assert (whole['is_mask'], whole['mm_per_pixel_from']) == (True, 'given')


def test_record_holds_what_measuring_found(measure):
    measure()
    expected = measure_cracks(cv2.imread('maps/4.png', 0) > 0)
    found = json.loads(Path('out/images/4.json').read_text())['cracks']
    for record, crack in zip(found, expected, strict=True):
        assert record.items() >= crack.values().items()
        np.testing.assert_allclose(record['lines'][0], crack.lines[0], atol=0.006)
        known = np.isfinite(crack.widths[0])
        assert [width is not None for width in record['widths'][0]] == known.tolist()


def test_map_with_soft_values_is_no_mask(measure):
    soft = cv2.GaussianBlur(cv2.imread('maps/4.png', 0), (0, 0), 2)
    cv2.imwrite('maps/soft.png', soft)
    measure(what=['maps/soft.png'])
    record = json.loads(Path('out/images/soft.json').read_text())
    assert not record['is_mask']
    assert record['summary']['cracks'] == 4


def test_interrupted_run_goes_on(measure, monkeypatch, capsys):
    whole = map_measurement.measure_file

    def stops_at_third(name, *arguments):
        if name == '2':
            raise KeyboardInterrupt
        return whole(name, *arguments)

    measure(out='expected')
    monkeypatch.setattr(map_measurement, 'measure_file', stops_at_third)
    with pytest.raises(KeyboardInterrupt):
        measure()
    Path('out/images/.2.json.9.partial').write_text('half')
    assert not json.loads(Path('out/measurements.json').read_text())['finished']
    monkeypatch.setattr(map_measurement, 'measure_file', whole)
    measure()
    assert '10 cracks in 5 maps, 3 of them new' in capsys.readouterr().out
    assert tables('out').keys() == tables('expected').keys()
    for name in ('cracks.csv', 'images.csv', 'cracks.json'):
        assert tables('out')[name] == tables('expected')[name]
    assert not list(Path('out').rglob('*.partial'))


def test_changed_map_is_measured_again(measure, capsys):
    measure()
    cv2.imwrite('maps/0.png', cv2.imread('maps/4.png', 0))
    measure()
    assert '14 cracks in 5 maps, 1 of them new' in capsys.readouterr().out


def test_other_options_do_not_mix(measure):
    measure()
    with pytest.raises((ValueError, OSError), match=r'made with other options .*--overwrite'):
        measure('--min-length', '200')
    measure('--min-length', '200', '--overwrite')
    assert rows('out/cracks.csv') == []


def test_unreadable_maps_are_reported_and_the_rest_is_measured(measure, capsys):
    Path('maps/broken.png').write_bytes(b'no image')
    cv2.imwrite('maps/color.png', np.arange(60, dtype=np.uint8).reshape(4, 5, 3))
    measure()
    out = capsys.readouterr().out
    assert '10 cracks in 5 maps' in out
    assert '2 unreadable' in out
    assert 'broken.png: cannot be read as an image' in out
    assert 'color.png: its color channels differ' in out
    record = json.loads(Path('out/measurements.json').read_text())
    assert record['unreadable'].keys() == {'broken', 'color'}
    with pytest.raises((ValueError, OSError), match=r'broken\.png'):
        measure('--strict')
    assert not json.loads(Path('out/measurements.json').read_text())['finished']
    assert len(rows('out/cracks.csv')) == 10


def test_calibration_by_two_points(measure):
    measure('--calibrate', '0', '0', '30', '40', '10')
    assert json.loads(Path('out/images/1.json').read_text())['mm_per_pixel'] == 0.2


def test_photographs_place_the_cracks_in_the_world(measure):
    Path('photos').mkdir()
    for number in range(5):
        cv2.imwrite(f'photos/{number}.jpg', np.zeros((90, 120, 3), np.uint8))
    Path('photos/4.jgw').write_text('0.001 0 0 -0.001 500000.0005 5399999.9995')
    Path('photos/4.prj').write_text('PROJCS["x",UNIT["metre",1],AUTHORITY["EPSG","32632"]]')
    measure('--images', 'photos', '--format', 'geojson')
    pixels = json.loads(Path('out/cracks.geojson').read_text())
    world = json.loads(Path('out/cracks_epsg32632.geojson').read_text())
    assert len(pixels['features']) == 6
    assert 'crs' not in pixels
    assert world['crs']['properties']['name'] == 'urn:ogc:def:crs:EPSG::32632'
    assert len(world['features']) == 4
    assert world['features'][0]['properties']['width_mean_mm'] == pytest.approx(6, abs=0.01)
    ends = np.array(world['features'][0]['geometry']['coordinates'][0])[[0, -1]]
    ends = ends[ends[:, 0].argsort()] - [500_000, 5_400_000]
    np.testing.assert_allclose(ends, [[0.01, -0.053], [0.11, -0.053]], atol=1e-4)
    record = json.loads(Path('out/images/4.json').read_text())
    assert record['georeference']['source'].endswith('4.jgw')
    assert (record['mm_per_pixel'], record['mm_per_pixel_from']) == (
        pytest.approx(1),
        'georeference',
    )


def test_photograph_of_another_size_does_not_place_its_map(measure, capsys):
    Path('photos').mkdir()
    for number in range(5):
        cv2.imwrite(f'photos/{number}.jpg', np.zeros((80, 120, 3), np.uint8))
    Path('photos/4.jgw').write_text('1 0 0 -1 0 0')
    measure('--images', 'photos')
    assert 'maps/4.png: 90×120, its photograph photos/4.jpg is 80×120' in capsys.readouterr().out


@pytest.mark.parametrize(
    ('options', 'message'),
    [
        (['--threshold', '1.5'], 'threshold must be in'),
        (['--mm-per-pixel', '0'], 'mm_per_pixel must be above 0'),
        (['--images', 'data/labels'], 'no photograph for|no images there'),
        (['--calibrate', '1', '1', '1', '1', '3'], 'two different points'),
    ],
)
def test_wrong_options_are_errors_before_anything_is_written(measure, options, message):
    with pytest.raises((ValueError, OSError), match=message):
        measure(*options)
    assert not Path('out').exists()


def test_two_files_of_one_name_are_an_error(measure):
    Path('more').mkdir()
    cv2.imwrite('more/1.png', cv2.imread('maps/1.png', 0))
    with pytest.raises((ValueError, OSError), match=r'both would be 1'):
        measure(what=['maps', 'more'])


def test_folder_that_cannot_be_written_is_named(measure):
    Path('out').write_text('a file')
    with pytest.raises((ValueError, OSError), match='out'):
        measure()


def test_ranks_measure_as_one_process_also_without_a_common_folder(measure, monkeypatch):
    measure(out='one')
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        port = probe.getsockname()[1]
    group = dict(MASTER_ADDR='127.0.0.1', MASTER_PORT=port, WORLD_SIZE=2, RANK=0)
    for name, value in dict(**group, CUDA_VISIBLE_DEVICES='', OMP_NUM_THREADS=1).items():
        monkeypatch.setenv(name, str(value))
    other = subprocess.Popen(
        [sys.executable, str(TOOL), 'maps', '--out', 'rank1', '--launcher', 'pytorch'],
        env={**os.environ, 'RANK': '1', 'LOCAL_RANK': '1'},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        torch.distributed.init_process_group('gloo', timeout=timedelta(seconds=200))
        report = measure_maps(list_images('maps'), 'rank0', MeasureOptions())
        output, _ = other.communicate(timeout=60)
    finally:
        torch.distributed.destroy_process_group()
        other.kill()
    assert other.returncode == 0, output[-3000:]
    assert (report.cracks, report.written) == (10, ['0', '1', '2', '3', '4'])
    for name in ('cracks.csv', 'images.csv', 'cracks.json'):
        assert Path('rank0', name).read_bytes() == Path('one', name).read_bytes()
    assert sorted(path.stem for path in Path('rank1/images').iterdir()) == ['1', '3']
