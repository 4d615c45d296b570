import csv
import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from scipy.io import loadmat, savemat

from mmcrack.evaluation import evaluate_maps

TOOL = Path(__file__).parents[2] / 'tools/analysis_tools/eval_maps.py'


@pytest.fixture
def folders(tmp_path):
    """Three 8-bit maps and their masks, one of the three an .npy and a .mat file."""
    rng = np.random.default_rng(0)
    maps, masks = tmp_path / 'maps', tmp_path / 'masks'
    (maps / 'part').mkdir(parents=True)
    (masks / 'part').mkdir(parents=True)
    for name in ('part/a', 'b'):
        value = rng.integers(0, 256, (21, 34), dtype=np.uint8)
        cv2.imwrite(str(maps / f'{name}.png'), value)
        cv2.imwrite(str(masks / f'{name}.png'), (value > 150).astype(np.uint8) * 255)
    np.save(maps / 'c.npy', rng.random((17, 12)).astype(np.float32))
    regions = rng.integers(1, 3, (17, 12), dtype=np.uint8)
    savemat(str(masks / 'c.mat'), {'groundTruth': {'Segmentation': regions}})
    return maps, masks


def arrays(maps, masks):
    """What the folders hold, read without mmcrack."""
    names = ['b.png', 'part/a.png']
    probs = [cv2.imread(str(maps / name), 0).astype(np.float32) / 255 for name in names]
    truth = [cv2.imread(str(masks / name), 0) > 127 for name in names]
    probs.insert(1, np.load(maps / 'c.npy'))
    truth.insert(1, loadmat(masks / 'c.mat')['groundTruth'][0, 0]['Segmentation'] == 2)
    return probs, truth


def run(monkeypatch, *arguments):
    spec = importlib.util.spec_from_file_location('eval_maps', TOOL)
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    monkeypatch.setattr(sys, 'argv', ['eval_maps.py', *map(str, arguments)])
    tool.main()


def test_figures_tables_and_files(folders, tmp_path):
    files = {key: tmp_path / f'out/x.{kind}' for key, kind in (('csv', 'csv'), ('json', 'json'))}
    options = [f'--{key}={path}' for key, path in files.items()]
    done = subprocess.run(
        [sys.executable, TOOL, *folders, '--protocol=both', '--workers=2', *options],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    probs, masks = arrays(*folders)
    expected = {
        protocol: evaluate_maps(probs, masks, protocol=protocol)
        for protocol in ('image', 'dataset')
    }
    assert json.loads(files['json'].read_text())['scores'] == expected
    for protocol, scores in expected.items():
        assert f'| {protocol} | 0 px | 3 | {scores["ODS"]:.2f} |' in done.stdout
    rows = list(csv.DictReader(files['csv'].read_text().splitlines()))
    assert [Path(row['image']).name for row in rows] == ['b.png', 'c.npy', 'a.png']


def test_tolerance_and_curve(folders, tmp_path, monkeypatch, capsys):
    curve = tmp_path / 'curve.json'
    run(monkeypatch, *folders, '--tolerance', 2, '--curve', curve)
    expected = evaluate_maps(*arrays(*folders), tolerance=2)
    assert f'| image | 2 px | 3 | {expected["ODS"]:.2f} |' in capsys.readouterr().out
    assert json.loads(curve.read_text())['tolerance'] == 2


def test_files_without_partner_stop_it_or_are_listed(folders, monkeypatch, capsys):
    maps, _ = folders
    (maps / 'b.png').rename(maps / 'z.png')
    with pytest.raises(SystemExit, match=r'2 files have no partner(.|\n)*z\.png(.|\n)*b\.png'):
        run(monkeypatch, *folders)
    run(monkeypatch, *folders, '--skip-unpaired')
    out = capsys.readouterr().out
    assert '2 files left out' in out
    assert '| image | 0 px | 2 |' in out


@pytest.mark.parametrize('suffix', ['', '_mask'])
def test_mask_suffix_and_mask_values(tmp_path, monkeypatch, capsys, suffix):
    maps, masks = tmp_path / 'maps', tmp_path / 'masks'
    value = np.arange(120, dtype=np.uint8).reshape(10, 12) * 2
    for folder, ending in ((maps, ''), (masks, suffix)):
        folder.mkdir()
        cv2.imwrite(str(folder / f'a{ending}.png'), value)
    arguments = [maps, masks, '--mask-suffix', suffix]
    with pytest.raises(SystemExit, match='neither 0 nor 255'):
        run(monkeypatch, *arguments)
    run(monkeypatch, *arguments, '--mask-threshold', 0.5)
    assert '| image | 0 px | 1 | 100.00 |' in capsys.readouterr().out


@pytest.mark.parametrize(
    ('arguments', 'message'),
    [
        (['--csv', 'x.txt'], r'x\.txt'),
        (['--tolerance', '-1'], 'tolerance'),
        (['--workers', '0'], 'workers'),
        (['--exclude', '*'], 'no map has the name of a mask'),
    ],
)
def test_bad_arguments(folders, monkeypatch, arguments, message):
    with pytest.raises(SystemExit, match=message):
        run(monkeypatch, *folders, *arguments)


def test_bad_files_are_named_and_nothing_is_written(folders, tmp_path, monkeypatch):
    maps, masks = folders
    cv2.imwrite(str(maps / 'b.png'), np.zeros((5, 5), np.uint8))
    with pytest.raises(SystemExit, match=r'b\.png: the probability map is 5×5, its mask 21×34'):
        run(monkeypatch, maps, masks, '--csv', tmp_path / 'new/x.csv')
    assert not (tmp_path / 'new').exists()
    with pytest.raises(SystemExit, match=r'nowhere: no such folder'):
        run(monkeypatch, tmp_path / 'nowhere', masks)


def test_only_images_with_a_crack(folders, monkeypatch, capsys):
    maps, masks = folders
    probs, truth = arrays(maps, masks)
    cv2.imwrite(str(maps / 'd.png'), np.full((5, 5), 200, np.uint8))
    cv2.imwrite(str(masks / 'd.png'), np.zeros((5, 5), np.uint8))
    report = maps.parent / 'scores.json'
    run(monkeypatch, maps, masks, '--cracked', '--json', report)
    assert '1 images without a crack left out' in capsys.readouterr().out
    written = json.loads(report.read_text())
    assert written['images'] == 3
    assert written['crack_free_left_out'] == 1
    assert written['scores']['image'] == pytest.approx(evaluate_maps(probs, truth))
    for name in ('part/a.png', 'b.png', 'c.mat'):
        (masks / name).unlink()
    with pytest.raises(SystemExit, match='no mask holds a crack'):
        run(monkeypatch, maps, masks, '--cracked', '--skip-unpaired')
