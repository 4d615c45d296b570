import runpy
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
TOOLS = TESTS.parent / 'tools'
sys.path.insert(0, str(TESTS / 'test_engine'))  # for toy

import torch  # noqa: E402
import toy  # noqa: E402


@pytest.fixture
def project(tmp_path, monkeypatch):
    """An empty folder to work in, with the tiny job as ``toy.py``."""
    monkeypatch.chdir(tmp_path)
    torch.set_num_threads(1)
    toy.write_config(tmp_path)
    return tmp_path


@pytest.fixture
def script(monkeypatch):
    """Runs a script of ``tools/`` in this process, as its command line would."""

    def run(name, *arguments):
        path = str(TOOLS / name)
        monkeypatch.setattr(sys, 'argv', [path, *map(str, arguments)])
        monkeypatch.setenv('LOCAL_RANK', '0')
        return runpy.run_path(path, run_name='__main__')

    return run
