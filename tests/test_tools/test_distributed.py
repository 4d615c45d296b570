import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import torch
import toy

TOOLS = Path(__file__).parents[2] / 'tools'
EVALUATOR = {'_delete_': True, 'type': 'mmcrack.CrackMetric', 'csv_path': 'images.csv'}
LABELS = """
default_scope = 'mmseg'
custom_imports = dict(imports=['mmcrack'], allow_failed_imports=False)
label_pipeline = [dict(type='LoadImageFromFile'), dict(type='mmcrack.EdgePseudoLabel')]
"""

THREADS_AT_EXIT = """
import atexit
from pathlib import Path
from torch import distributed


def write(when):
    names = [path.read_text().strip() for path in Path('/proc/self/task').glob('*/comm')]
    with Path(f'{when}.txt').open('a') as file:
        file.write(','.join(names) + chr(10))


def end(*args, destroy=distributed.destroy_process_group):
    write('working')
    destroy(*args)


distributed.destroy_process_group = end
atexit.register(write, 'at_exit')
"""


def launch(name, *arguments):
    """Run a launcher script of tools/ on the CPU, in the current folder."""
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, 'PORT': str(port), 'PYTHON': sys.executable,
                   'CUDA_VISIBLE_DEVICES': '', 'OMP_NUM_THREADS': '1'}  # fmt: skip
    command = ['bash', str(TOOLS / name), *map(str, arguments)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]


def scores(work_dir):
    """What a test wrote into its work directory, without the times."""
    (path,) = Path(work_dir).glob('2*/2*.json')
    return {key: value for key, value in json.loads(path.read_text()).items() if 'time' not in key}


@pytest.fixture
def job(project):
    """A job with SyncBN whose labels must be made first; its test has five images."""
    Path('labels.py').write_text(LABELS)
    toy.write_config(project, norm='SyncBN')
    Path('job.py').write_text(
        "_base_ = 'toy.py'\n"
        'train_cfg = dict(max_epochs=1)\n'
        "prerequisites = [dict(label='labels.py', images='data/images', out='work_dirs/labels')]\n"
        f'test_evaluator = {EVALUATOR}\n'
    )


@pytest.mark.skipif(torch.cuda.is_available(), reason='gloo is what CPU ranks use')
@pytest.mark.skipif(not Path('/proc/self/task').is_dir(), reason='names of threads are Linux')
def test_no_thread_of_gloo_outlives_a_rank(project, monkeypatch):
    Path('threads_at_exit.py').write_text(THREADS_AT_EXIT)
    monkeypatch.setenv('PYTHONPATH', str(project))
    Path('job.py').write_text(
        "_base_ = 'toy.py'\n"
        'train_cfg = dict(max_epochs=1)\n'
        "custom_imports = dict(imports=['mmcrack', 'threads_at_exit'])\n"
        f'test_evaluator = {EVALUATOR}\n'
    )
    launch('dist_train.sh', 'job.py', 2)
    launch('dist_test.sh', 'job.py', 'work_dirs/job/epoch_1.pth', 2)
    working = Path('working.txt').read_text().splitlines()
    at_exit = Path('at_exit.txt').read_text().splitlines()
    assert len(working) == len(at_exit) == 2 + 2
    if not all('gloo' in names for names in working):
        pytest.skip('this torch does not name its threads')
    assert not any('gloo' in names for names in at_exit)


@pytest.mark.skipif(torch.cuda.is_available(), reason='compares CPU ranks with this process')
def test_two_cpu_ranks_train_and_test_as_one(job, script):
    launch('dist_train.sh', 'job.py', 2)
    assert sorted(path.stem for path in Path('work_dirs/labels').glob('*.png')) == list('01234')
    assert json.loads(Path('work_dirs/job/training.json').read_text())['finished']
    assert Path('work_dirs/job/epoch_1.pth').is_file()

    test = ['job.py', 'work_dirs/job/epoch_1.pth']
    launch('dist_test.sh', *test, 2, '--work-dir', 'two')
    rows = Path('images.csv').read_bytes()
    script('test.py', *test, '--work-dir', 'one')
    assert scores('two') == scores('one')
    assert 'image/F1' in scores('two')
    assert Path('images.csv').read_bytes() == rows
    assert len(rows.splitlines()) == 1 + 5  # the sampler repeats an image to share five by two
