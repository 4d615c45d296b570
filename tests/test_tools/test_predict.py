import json
import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

import mmcrack_command
from mmcrack.prediction import Predictor

TESTS = Path(__file__).parents[1]
TOOLS = TESTS.parent / 'tools'
sys.path.insert(0, str(TESTS / 'test_prediction'))  # for tiny_models

import tiny_models  # noqa: E402


@pytest.fixture
def photos(tmp_path, monkeypatch):
    """A folder to work in, with a model, photographs of several sizes, and masks."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / 'masks').mkdir()
    (tmp_path / 'photos').mkdir()
    for index, size in enumerate([(64, 64), (50, 71), (97, 33)]):
        image = tiny_models.photograph(*size, seed=index)
        cv2.imwrite(f'photos/{index}.png', image)
        cv2.imwrite(f'masks/{index}.png', np.zeros(size, np.uint8))
    tiny_models.write(tmp_path)
    return ['config.py', 'model.pth', 'photos', '--out', 'out', '--device', 'cpu']


def read(path):
    image = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    assert image is not None, path
    return image


@pytest.mark.parametrize('bits', [8, 16])
def test_maps_are_those_of_a_test(photos, script, bits, capsys):
    script('predict.py', *photos, '--bits', bits)
    assert 'out: 3 photographs predicted, 3 of them new' in capsys.readouterr().out
    script(
        'test.py', *photos[:2], '--out', 'test', '--work-dir', 'work',
        '--cfg-options', f'test_evaluator.output_bits={bits}',
    )  # fmt: skip
    for index in range(3):
        expected = read(f'test/{index}.png')
        np.testing.assert_array_equal(read(f'out/maps/{index}.png'), expected, strict=True)
        steps = expected - 0.4 * (2**bits - 1)  # above the head's threshold
        mask = read(f'out/masks/{index}.png')
        np.testing.assert_array_equal(mask[abs(steps) > 1] == 255, steps[abs(steps) > 1] > 0)
        assert read(f'out/overlays/{index}.png').shape == (*mask.shape, 3)


def test_a_resizing_pipeline_is_followed_too(photos, script):
    resize = "test_pipeline.insert(1, dict(type='Resize', scale=(64, 64), keep_ratio=False))\n"
    tiny_models.write(Path(), resize)
    script('predict.py', *photos, '--map')
    script('test.py', *photos[:2], '--out', 'test', '--work-dir', 'work')
    for index in range(3):
        np.testing.assert_array_equal(read(f'out/maps/{index}.png'), read(f'test/{index}.png'))


VIEWS = """
tta_model = dict(type='mmcrack.CrackTTAModel', threshold=0.45)
tta_pipeline = [
    test_pipeline[0],
    dict(
        type='TestTimeAug',
        transforms=[
            [dict(type='Resize', scale_factor=factor, keep_ratio=True) for factor in (0.75, 1.0)],
            [dict(type='RandomFlip', prob=prob, direction='horizontal') for prob in (0.0, 1.0)],
            [dict(type='mmcrack.LoadCrackAnnotations')],
            [dict(type='mmcrack.PackCrackInputs')],
        ],
    ),
]
"""


def test_augmented_maps_are_those_of_a_test(photos, script):
    tiny_models.write(Path(), VIEWS)
    script('predict.py', *photos, '--tta')
    script('test.py', *photos[:2], '--tta', '--out', 'test', '--work-dir', 'work')
    script('predict.py', *photos[:3], '--out', 'one_view', '--map')
    for index in range(3):
        found = read(f'out/maps/{index}.png')
        np.testing.assert_array_equal(found, read(f'test/{index}.png'))
        assert (found != read(f'one_view/maps/{index}.png')).any()
        steps = found - 0.45 * 255
        mask = read(f'out/masks/{index}.png')
        np.testing.assert_array_equal(mask[abs(steps) > 1] == 255, steps[abs(steps) > 1] > 0)
    with pytest.raises(FileExistsError, match='--overwrite'):
        script('predict.py', *photos)


def test_augmented_tiles_are_blended(photos, script, capsys):
    tiny_models.write(Path(), VIEWS)
    cv2.imwrite('photos/large.png', tiny_models.photograph(300, 350))
    script('predict.py', *photos, '--map', '--tile', 128, '--tta')
    assert 'differ from those of whole' in capsys.readouterr().out
    script('predict.py', *photos[:3], '--out', 'whole', '--map', '--tile', 0, '--tta')
    tiled, whole = (read(f'{out}/maps/large.png').astype(int) for out in ('out', 'whole'))
    assert np.corrcoef(tiled.ravel(), whole.ravel())[0, 1] > 0.95


def test_tiles_do_not_show(photos, script, capsys):
    cv2.imwrite('photos/large.png', tiny_models.photograph(300, 350))
    script('predict.py', *photos, '--map', '--tile', 128, '--bits', 16)
    assert 'differ from those of whole' not in capsys.readouterr().out
    script('predict.py', *photos[:3], '--out', 'whole', '--map', '--tile', 0, '--bits', 16)
    tiled, whole = (read(f'{out}/maps/large.png').astype(int) for out in ('out', 'whole'))
    assert np.abs(tiled - whole).max() <= 65535 * 1e-3
    script('predict.py', *photos[:3], '--out', 'thin', '--tile', 128, '--overlap', 0)
    assert 'differ from those of whole' in capsys.readouterr().out


def test_settings_belong_to_the_origin(photos, script):
    script('predict.py', *photos, '--mask')
    with pytest.raises(FileExistsError, match='other settings'):
        script('predict.py', *photos, '--mask', '--threshold', 0.9)
    with pytest.raises(FileExistsError, match='other settings'):
        script('predict.py', *photos, '--mask', '--cfg-options', 'model.backbone.base_channels=4',
               'model.test_cfg.mode=slide')  # fmt: skip
    before = read('out/masks/0.png')
    script('predict.py', *photos, '--mask', '--threshold', 0.9, '--overwrite')
    assert (read('out/masks/0.png') <= before).all()
    assert (read('out/masks/0.png') < before).any()


def test_wrong_arguments_are_named(photos, script):
    with pytest.raises(ValueError, match=r'--threshold 1\.5'):
        script('predict.py', *photos, '--threshold', 1.5)
    with pytest.raises(FileNotFoundError, match=r'no checkpoint none\.pth'):
        script('predict.py', 'config.py', 'none.pth', *photos[2:])
    with pytest.raises(ValueError, match='give the checkpoint'):
        script('predict.py', 'config.py', 'none', *photos[2:])
    Path('photos/bad.jpg').write_bytes(b'no image')
    with pytest.raises(ValueError, match=r'bad\.jpg'):
        script('predict.py', *photos, '--strict')


def test_measure_knows_the_photographs_of_predictions(photos, script):
    script('predict.py', *photos, '--map')
    script('measure.py', 'out/maps', '--out', 'measured')
    for name in ('0', '1', '2'):
        record = json.loads(Path(f'measured/images/{name}.json').read_text())
        assert record['image'] == str(Path(f'photos/{name}.png').absolute())


def test_ctrl_c_ends_with_a_word_and_what_is_done_stays(photos, script, monkeypatch, capsys):
    whole = Predictor.window
    calls = []

    def interrupted(self, *arguments):
        calls.append(arguments)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return whole(self, *arguments)

    monkeypatch.setattr(Predictor, 'window', interrupted)
    assert mmcrack_command.main(['predict', *photos, '--map']) == 130
    assert 'the same command goes on' in capsys.readouterr().err
    assert sorted(os.listdir('out/maps')) == ['0.png', '1.png']
    script('predict.py', *photos, '--map')
    assert 'out: 3 photographs predicted, 1 of them new' in capsys.readouterr().out


@pytest.mark.skipif(torch.cuda.is_available(), reason='compares CPU ranks with this process')
def test_two_ranks_finish_what_one_began(photos, script):
    script('predict.py', *photos[:2], 'photos/1.png', *photos[3:], '--map')
    began = Path('out/maps/1.png').stat().st_mtime_ns
    environment = {**os.environ, 'CUDA_VISIBLE_DEVICES': '', 'OMP_NUM_THREADS': '1'}
    ranks = subprocess.run(
        [sys.executable, '-m', 'torch.distributed.run', '--standalone', '--nproc_per_node=2',
         str(TOOLS / 'predict.py'), *photos, '--map', '--launcher', 'pytorch'],
        env=environment, text=True, capture_output=True, timeout=250,
    )  # fmt: skip
    assert 'out: 3 photographs predicted, 2 of them new' in ranks.stdout, ranks.stderr[-3000:]
    assert Path('out/maps/1.png').stat().st_mtime_ns == began
    script('predict.py', *photos[:3], '--out', 'one', '--map')
    for path in Path('one/maps').iterdir():
        assert path.read_bytes() == Path('out/maps', path.name).read_bytes()
