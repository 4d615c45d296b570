import json
import os

import cv2
import numpy as np
import pytest
import tiny_models
from PIL import Image

from mmcrack.engine.label_generation import UnreadableImageError
from mmcrack.prediction import (
    OutputError,
    PredictionOptions,
    find_photographs,
    predict_photographs,
    runs,
)


@pytest.fixture(scope='module')
def predictor(unet):
    return tiny_models.predictor(unet)


@pytest.fixture
def photos(tmp_path):
    (tmp_path / 'photos').mkdir()
    for index in range(4):
        image = tiny_models.photograph(32, 48, seed=index)
        cv2.imwrite(str(tmp_path / f'photos/{index}.png'), image)
    return tmp_path / 'photos'


@pytest.fixture
def run(predictor, photos, tmp_path):
    out = tmp_path / 'out'

    def predict(*images, sha='A', predictor=predictor, out=out, **options):
        found = find_photographs([str(image) for image in images or [photos]], out)
        record = dict(config='c.py', checkpoint='c.pth', config_sha256=sha)
        return predict_photographs(predictor, found, out, PredictionOptions(**options), record)

    predict.out = out
    return predict


def files(folder):
    return {str(path.relative_to(folder)): path.read_bytes()
            for path in folder.rglob('*') if path.is_file()}  # fmt: skip


def record(folder):
    return json.loads((folder / 'predictions.json').read_text())


class StopsAt:
    """A predictor during whose n-th photograph the user presses Ctrl-C."""

    def __init__(self, predictor, count):
        self.predictor, self.count = predictor, count
        self.is_tiled, self.strip_count = predictor.is_tiled, predictor.strip_count

    def strips(self, photograph):
        self.count -= 1
        strips = self.predictor.strips(photograph)
        yield next(strips)
        if self.count == 0:
            raise KeyboardInterrupt
        yield from strips


def test_interrupted_run_goes_on_to_the_same_files(run, predictor, tmp_path):
    whole = run(out=tmp_path / 'whole')
    assert whole.written == ['0', '1', '2', '3']
    with pytest.raises(KeyboardInterrupt):
        run(predictor=StopsAt(predictor, 3))
    assert not record(run.out)['finished']
    assert sorted(path.name for path in (run.out / 'maps').iterdir()) == ['0.png', '1.png']
    (run.out / 'maps/.2.png.99.partial').write_bytes(b'left by a killed run')
    (run.out / 'masks/1.png').unlink()
    report = run()
    assert (report.predicted, report.written) == (4, ['1', '2', '3'])
    assert files(run.out) == files(tmp_path / 'whole')
    assert run().written == []


def test_more_photographs_and_more_kinds_are_added(run, photos, tmp_path):
    run(photos / '0.png', kinds=['map'])
    assert sorted(files(run.out)) == ['maps/0.png', 'predictions.json']
    assert run(photos / '1.png').written == ['1']
    assert list(record(run.out)['images']) == ['0', '1']
    assert run(photos / '0.png').written == ['0']  # its mask and overlay were missing


def test_predictions_of_another_origin_are_kept_unless_overwriting(run, photos, tmp_path):
    run(photos / '0.png')
    before = files(run.out)
    with pytest.raises(FileExistsError, match='out: holds predictions of another model'):
        run(sha='B')
    (tmp_path / 'other').mkdir()
    cv2.imwrite(str(tmp_path / 'other/0.png'), tiny_models.photograph(32, 48, seed=9))
    with pytest.raises(FileExistsError, match=r'0 is the prediction of .*photos/0\.png, and would'):
        run(tmp_path / 'other')
    assert files(run.out) == before
    assert run(tmp_path / 'other', overwrite=True).written == ['0']
    assert files(run.out)['maps/0.png'] != before['maps/0.png']


def test_files_that_nobody_recorded_are_kept(run):
    (run.out / 'masks').mkdir(parents=True)
    (run.out / 'masks/drawn_by_hand.png').write_bytes(b'hours of work')
    with pytest.raises(FileExistsError, match='no run recorded'):
        run()
    assert len(run(overwrite=True).written) == 4
    assert (run.out / 'masks/drawn_by_hand.png').read_bytes() == b'hours of work'


def test_unreadable_photographs_are_reported_by_name(run, photos):
    (photos / 'broken.jpg').write_bytes(b'no image')
    data = (photos / '1.png').read_bytes()
    (photos / 'cut.png').write_bytes(data[: len(data) // 2])
    report = run()
    assert (report.predicted, list(report.unreadable)) == (4, ['broken', 'cut'])
    assert 'broken.jpg: cannot be read' in str(report)
    assert list(record(run.out)['unreadable']) == ['broken', 'cut']
    assert record(run.out)['finished']
    with pytest.raises(UnreadableImageError, match=r'cut\.png'):
        run(strict=True)
    assert not record(run.out)['finished']
    (photos / 'broken.jpg').unlink()
    (photos / 'cut.png').unlink()
    assert (run(strict=True).predicted, record(run.out)['finished']) == (4, True)


def test_a_folder_that_cannot_be_made_is_named_before_the_work(run, predictor, tmp_path):
    (tmp_path / 'file').touch()
    with pytest.raises(OutputError, match='file/out: cannot be written to'):
        run(out=tmp_path / 'file/out', predictor=None)


def test_ranks_share_the_photographs_and_make_the_same_files(run, monkeypatch, tmp_path):
    run(out=tmp_path / 'one')
    shares = []
    for rank in (0, 1):  # each on its own file system, as far as it knows
        monkeypatch.setattr(runs, 'get_dist_info', lambda rank=rank: (rank, 2))
        monkeypatch.setenv('LOCAL_RANK', '0')
        shares.append(run().written)
    assert shares == [['0', '2'], ['1', '3']]
    assert files(run.out) == files(tmp_path / 'one')


def test_a_machine_of_its_own_gets_a_record_of_its_own(run, monkeypatch):
    monkeypatch.setattr(runs, 'get_dist_info', lambda: (3, 4))
    monkeypatch.setenv('LOCAL_RANK', '0')
    run()
    assert record(run.out)['finished']
    assert run().written == []


def test_large_photographs_are_counted(unet, photos, run):
    Image.fromarray(np.zeros((100, 90, 3), np.uint8)).save(photos / '0.png')
    report = run(predictor=tiny_models.predictor(unet, tile=64), kinds=['mask'])
    assert report.tiled == ['0']
    assert '4 of them new, 1 in tiles' in str(report)
    assert not os.listdir(run.out / 'masks')[0].startswith('.')
