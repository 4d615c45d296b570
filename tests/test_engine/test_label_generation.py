import cv2
import numpy as np
import pytest
from mmengine.config import Config

from mmcrack.engine import label_generation
from mmcrack.engine import labeller as labeller_module
from mmcrack.engine.image_listing import list_images
from mmcrack.engine.label_generation import UnreadableImageError, generate_labels
from mmcrack.engine.records import read_record


def brightness(results):
    """A labeller whose labels are known: gray / 255; drops images without any light."""
    if not results['img'].any():
        return None
    results['gt_seg_map'] = results['img'][..., 0].astype(np.float32) / 255
    return results


class Brightness:
    def __call__(self, results):
        return brightness(results)


def wrong_shape(results):
    return {**results, 'gt_seg_map': np.zeros((1, 2), np.float32)}


def with_nan(results):
    return {**results, 'gt_seg_map': np.full(results['ori_shape'], np.nan, np.float32)}


def crash(results):
    raise ZeroDivisionError('by design')


def config(*steps):
    return Config({'label_pipeline': [{'type': 'LoadImageFromFile'}, *steps]})


@pytest.fixture
def labeller(monkeypatch):
    """Puts functions in place of the transforms after the first."""
    build = labeller_module.TRANSFORMS.build

    def fake_build(cfg):
        return cfg['type'] if callable(cfg['type']) else build(cfg)

    monkeypatch.setattr(labeller_module.TRANSFORMS, 'build', fake_build)


@pytest.fixture
def photos(tmp_path):
    folder = tmp_path / 'photos'
    folder.mkdir()
    rng = np.random.default_rng(0)
    for index in range(5):
        cv2.imwrite(str(folder / f'{index}.png'), rng.integers(1, 255, (6, 9, 3), dtype=np.uint8))
    return folder


@pytest.fixture
def run(labeller, photos, tmp_path):
    def generate(*steps, fingerprint='A', out=tmp_path / 'out', **options):
        cfg = config(*({'type': step} for step in steps or (brightness,)))
        images = list_images(str(photos))
        return generate_labels(cfg, images, out, fingerprint=fingerprint, **options)

    return generate


def read(path):
    return cv2.imread(str(path), cv2.IMREAD_UNCHANGED)


def test_labels_are_soft_8_bit_maps_of_the_image_size(run, photos, tmp_path):
    report = run()
    assert report.written == ['0', '1', '2', '3', '4']
    for index in range(5):
        expected = read(photos / f'{index}.png')[..., 0]
        np.testing.assert_array_equal(read(tmp_path / f'out/{index}.png'), expected, strict=True)
    record = read_record(tmp_path / 'out/labels.json')
    assert (record['finished'], record['labels'], record['config_sha256']) == (True, 5, 'A')


def test_interrupted_run_goes_on_and_leaves_no_partial_file(run, tmp_path):
    calls = []

    def stops_at_third(results):
        calls.append(results['img_path'])
        if len(calls) == 3:
            raise KeyboardInterrupt
        return brightness(results)

    with pytest.raises(KeyboardInterrupt):
        run(stops_at_third)
    (tmp_path / 'out/.2.png.99.partial').write_bytes(b'half')
    before = (tmp_path / 'out/0.png').stat().st_mtime_ns
    assert not read_record(tmp_path / 'out/labels.json')['finished']
    report = run()
    assert report.written == ['2', '3', '4']
    assert (tmp_path / 'out/0.png').stat().st_mtime_ns == before
    names = sorted(path.name for path in (tmp_path / 'out').iterdir())
    assert names == ['0.png', '1.png', '2.png', '3.png', '4.png', 'labels.json']


def test_labels_of_another_config_are_kept_unless_overwriting(run, tmp_path):
    run(fingerprint='A')
    (tmp_path / 'out/stale.png').write_bytes(b'of the first config')
    with pytest.raises(FileExistsError, match='out: holds labels of another config'):
        run(fingerprint='B')
    assert len(run(fingerprint='B', overwrite=True).written) == 5
    assert not (tmp_path / 'out/stale.png').exists()


def test_files_of_unknown_origin_are_replaced_only_on_demand_and_only_where_needed(run, tmp_path):
    (tmp_path / 'out').mkdir()
    for name in ('0.png', 'holiday.png'):
        (tmp_path / 'out' / name).write_bytes(b'somebody else wrote this')
    with pytest.raises(FileExistsError, match='no run recorded'):
        run()
    assert len(run(overwrite=True).written) == 5
    assert (tmp_path / 'out/holiday.png').read_bytes() == b'somebody else wrote this'


def test_photographs_are_never_overwritten(run, photos):
    with pytest.raises(FileExistsError, match='holds the photographs'):
        run(out=photos, overwrite=True)


def test_unreadable_and_dropped_images_are_counted_and_listed(run, photos, tmp_path):
    (photos / 'broken.jpg').write_bytes(b'no image')
    cv2.imwrite(str(photos / 'night.png'), np.zeros((6, 9, 3), np.uint8))
    report = run()
    assert (report.labels, report.unreadable, report.dropped) == (5, ['broken'], ['night'])
    assert '1 dropped: night; 1 unreadable: broken' in str(report)
    assert read_record(tmp_path / 'out/labels.json')['unreadable'] == ['broken']


def test_strict_run_labels_the_rest_and_fails(run, photos, tmp_path):
    (photos / 'broken.jpg').write_bytes(b'no image')
    with pytest.raises(UnreadableImageError, match='broken'):
        run(strict=True)
    record = read_record(tmp_path / 'out/labels.json')
    assert (record['finished'], record['labels']) == (False, 5)


@pytest.mark.parametrize(
    ('step', 'message'),
    [
        (wrong_shape, r'0\.png: the labeller wrote a map of \(1, 2\), the image is \(6, 9\)'),
        (with_nan, r'0\.png: the label ranges from nan'),
        (crash, r'0\.png: function: ZeroDivisionError: by design'),
    ],
)
def test_faulty_labeller_is_an_error_that_names_the_image(run, step, message):
    with pytest.raises(ValueError, match=message):
        run(step)


def test_config_without_labeller_is_named(tmp_path):
    with pytest.raises(KeyError, match='no label_pipeline'):
        generate_labels(Config({}), {}, tmp_path, fingerprint='A')


def test_ranks_share_the_photographs(run, monkeypatch):
    shares = []
    for rank in (0, 1):
        monkeypatch.setattr(label_generation, 'get_dist_info', lambda rank=rank: (rank, 2))
        shares.append(run().written)
    assert shares == [['0', '2', '4'], ['1', '3']]


def test_device_goes_to_the_labellers_that_take_one(labeller):
    class Network(Brightness):
        def __init__(self, device=None):
            self.device = device

    step = {'type': Network}
    scope = 'mmseg'
    assert labeller_module._with_device(Config(step), scope, 'cuda:1')['device'] == 'cuda:1'
    assert 'device' not in labeller_module._with_device(Config({'type': brightness}), scope, 'cpu')
