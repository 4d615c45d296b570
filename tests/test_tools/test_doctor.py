import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

DOCTOR = Path(__file__).parents[2] / 'tools/doctor.py'


@pytest.fixture
def doctor(script):
    def run(*arguments) -> int:
        with pytest.raises(SystemExit) as end:
            script('doctor.py', *arguments)
        return end.value.code

    return run


def _data(root: Path, mask_value: int) -> Path:
    for folder, values in dict(
        images=np.arange(96 * 96, dtype=np.uint8).reshape(96, 96),
        masks=np.diag(np.full(96, mask_value, np.uint8)),
    ).items():
        (root / folder).mkdir(parents=True)
        Image.fromarray(values).save(root / folder / '1.png')
    return root


def test_errors_decide_the_exit_status(doctor, tmp_path, capsys):
    assert doctor(_data(tmp_path / 'good', 255)) == 0
    assert capsys.readouterr().out.endswith('0 errors, 0 warnings, 0 notes\n')
    assert doctor(_data(tmp_path / 'bad', 128)) == 1
    assert 'ERROR mask values: 1 masks hold two values' in capsys.readouterr().out


def test_json_has_every_finding(doctor, tmp_path):
    out = tmp_path / 'deeper/report.json'
    doctor(_data(tmp_path / 'bad', 128), '--json', out)
    record = json.loads(out.read_text())
    assert record['counts'] == dict(error=1, warning=0, note=0)
    assert record['facts']['part all'] == '1 pairs'
    (finding,) = record['findings']
    assert finding['severity'] == 'error'
    assert finding['files'] == [f'{tmp_path}/bad/masks/1.png: 0 and 128']


def test_wrong_command_lines_are_refused_before_anything_is_read(doctor, tmp_path, capsys):
    for arguments in (
        ['data', '--config', 'job.py'],
        ['data', '--masks', 'm'],
        ['--images', 'i'],
        ['data', '--workers', '0'],
        ['data', '--json', tmp_path],
    ):
        assert doctor(*arguments) == 2
    assert 'cannot be written' in capsys.readouterr().err


def test_no_such_folder(doctor, tmp_path):
    assert 'no such folder' in doctor(tmp_path / 'none')


def test_it_works_where_torch_does_not_import(tmp_path):
    (tmp_path / 'torch').mkdir()
    (tmp_path / 'torch/__init__.py').write_text("raise ImportError('libcudart.so is missing')")
    done = subprocess.run(
        [sys.executable, str(DOCTOR), str(_data(tmp_path / 'data', 255))],
        env={**os.environ, 'PYTHONPATH': str(tmp_path)},
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert done.returncode == 1, done.stderr
    assert 'ERROR data set not checked: mmcrack does not import here' in done.stdout
    assert 'ERROR imports: import torch: ImportError: libcudart.so is missing' in done.stdout
    assert re.search(rf'^Python +{re.escape(sys.version.split()[0])}', done.stdout, re.MULTILINE)
