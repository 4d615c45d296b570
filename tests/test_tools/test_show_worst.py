from pathlib import Path

import cv2
import numpy as np
import pytest

TOOL = 'analysis_tools/show_worst.py'


@pytest.fixture
def folders(tmp_path, monkeypatch):
    """Four gray photographs of a vertical crack; map k misses the lowest 5·k rows of 40."""
    monkeypatch.chdir(tmp_path)
    for folder in ('images', 'maps', 'masks'):
        Path(folder).mkdir()
    for index in range(4):
        mask = np.zeros((40, 60), np.uint8)
        mask[:, 20:24] = 255
        found = mask.copy()
        found[40 - 5 * index :] = 0
        found[:4, 50:54] = 255
        cv2.imwrite(f'images/{index}.jpg', np.full((40, 60, 3), 128, np.uint8))
        cv2.imwrite(f'masks/{index}.png', mask)
        cv2.imwrite(f'maps/{index}.png', found)
    return tmp_path


def test_the_worst_come_first_with_their_scores(folders, script, capsys):
    script(TOOL, 'images', 'maps', 'masks', '--out', 'worst.png', '--count', '2', '--width', 60)
    lines = [line for line in capsys.readouterr().out.splitlines() if 'F1' in line]
    hits, false = 25 * 4, 16
    f1 = 200 * hits / (hits + false + 160)
    assert lines[0].startswith(f'3: F1 {f1:.4g}, precision {100 * hits / (hits + false):.4g}')
    assert lines[1].startswith('2: F1')
    sheet = cv2.imread('worst.png')
    assert sheet.shape == (2 * (24 + 40), 3 * 60, 3)
    found, missed, false = (sheet[24 + y, 120 + x] for y, x in ((10, 22), (38, 22), (2, 52)))
    assert found.argmax() == 1
    assert missed.argmax() == 0
    assert false.argmax() == 2


@pytest.mark.parametrize(
    ('missing', 'message'),
    [('images/3.jpg', 'images: no photograph 3'), ('masks/2.png', 'maps without masks')],
)
def test_missing_files_are_named(folders, script, missing, message):
    Path(missing).unlink()
    with pytest.raises(SystemExit, match=message):
        script(TOOL, 'images', 'maps', 'masks', '--out', 'worst.png')
