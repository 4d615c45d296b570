from pathlib import Path

import cv2
import numpy as np
import pytest
from mmengine.config import Config

TOOL = 'analysis_tools/calibrate_maps.py'


@pytest.fixture
def folders(tmp_path, monkeypatch):
    """Two sets of maps whose masks were drawn by σ(0.8 · logit + 0.2), one of each empty."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    for name in ('a', 'b'):
        for kind in ('maps', 'masks'):
            Path(name, kind).mkdir(parents=True)
        for index in range(4):
            logit = rng.normal(-2, 2, (80, 90))
            mask = rng.random(logit.shape) < 1 / (1 + np.exp(-(0.8 * logit + 0.2)))
            mask &= index > 0
            prob = 1 / (1 + np.exp(-logit))
            cv2.imwrite(f'{name}/maps/{index}.png', (prob * 65535).astype(np.uint16))
            cv2.imwrite(f'{name}/masks/{index}.png', mask.astype(np.uint8) * 255)
    return ['a/maps', 'a/masks', 'b/maps', 'b/masks']


def test_the_config_of_what_masks_were_drawn_by_is_printed(folders, script, capsys):
    script(TOOL, *folders)
    lines = capsys.readouterr().out.splitlines()
    rows = [line.split('|')[1:-1] for line in lines if line.startswith(('| a', '| b'))]
    assert [row[1].strip() for row in rows] == ['3', '3']  # the empty ones are left out
    for row in rows:
        same, own = float(row[2].split(' at ')[0]), float(row[3])
        assert own == pytest.approx(same, abs=1.0)  # all are alike: one threshold will do
    config = next(line for line in lines if line.startswith('tta_model'))
    threshold = Config.fromstring(config, '.py').tta_model.best_threshold
    assert threshold.type == 'mmcrack.ExpectedF1Threshold'
    assert threshold.slope == pytest.approx(0.8, abs=0.03)
    assert threshold.offset == pytest.approx(0.2, abs=0.06)


def test_maps_of_8_bits_are_refused(folders, script):
    cv2.imwrite('b/maps/2.png', np.full((80, 90), 7, np.uint8))
    with pytest.raises(SystemExit, match=r'(?s)b/maps/2\.png.*--bits 16'):
        script(TOOL, *folders)


def test_a_map_of_another_size_than_its_mask_is_named(folders, script):
    cv2.imwrite('b/maps/2.png', np.full((80, 91), 7000, np.uint16))
    with pytest.raises(SystemExit, match=r'b/maps/2\.png.*\(80, 91\).*\(80, 90\)'):
        script(TOOL, *folders)


def test_a_map_of_no_probabilities_is_named(folders, script):
    Path('b/maps/2.png').unlink()
    np.save('b/maps/2.npy', np.full((80, 90), 1.5, np.float32))
    with pytest.raises(SystemExit, match=r'b/maps/2\.npy.*outside'):
        script(TOOL, *folders)


def test_folders_come_in_pairs(folders, script):
    with pytest.raises(SystemExit, match='pairs'):
        script(TOOL, *folders[:3])


def test_a_file_without_a_partner_is_named(folders, script):
    Path('a/masks/3.png').unlink()
    with pytest.raises(SystemExit, match=r'(?s)no partner.*3\.png'):
        script(TOOL, *folders)


def test_masks_without_a_crack_are_refused(folders, script):
    for path in Path('b/masks').iterdir():
        cv2.imwrite(str(path), np.zeros((80, 90), np.uint8))
    with pytest.raises(SystemExit, match='b/masks'):
        script(TOOL, *folders)
