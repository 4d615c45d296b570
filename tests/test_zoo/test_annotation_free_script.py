import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROWS = ROOT / 'docs' / 'benchmarks' / 'zoo'
OPENCV = 'configs/opencv_baseline/labels.py'


@pytest.fixture
def calls(tmp_path):
    """The arguments of each python that the script would run, one that only writes them down."""
    if shutil.which('bash') is None:
        pytest.skip('no bash')
    python, log = tmp_path / 'python', tmp_path / 'calls'
    python.write_text(f'#!/bin/sh\necho "$@" >> {log}\n')
    python.chmod(0o755)
    script = ROOT / 'tools' / 'benchmarks' / 'annotation_free.sh'
    path = f'{tmp_path}{os.pathsep}{os.environ["PATH"]}'
    subprocess.run(['bash', script], env={**os.environ, 'PATH': path}, check=True)
    return [line.split() for line in log.read_text().splitlines()]


def rows_of(call):
    """(config, test config, augmented) of each row that a call of zoo.py makes."""
    options = [word for word in call[1:] if word.startswith('--')]
    assert set(options) <= {'--test-configs', '--tta'}
    config, *tests = (word for word in call[1:] if not word.startswith('--'))
    return {(config, test, '--tta' in call) for test in tests or [config]}


def test_the_script_makes_every_row_of_the_annotation_free_methods(calls):
    made = set().union(*(rows_of(call) for call in calls if call[0].endswith('zoo.py')))
    assert [name for row in made for name in row[:2] if not (ROOT / name).is_file()] == []
    rows = [json.loads(path.read_text()) for path in ROWS.glob('*.json')]
    ours = {
        (row['config'], row['test_config'], row.get('augmented', False))
        for row in rows
        if row['config'].startswith('configs/annotation_free/') or row['config'] == OPENCV
    }
    assert len(ours) > 30
    assert sorted(ours - made) == []
