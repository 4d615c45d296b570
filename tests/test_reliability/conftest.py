import multiprocessing
import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

import mmcrack  # noqa: F401  # first of all: it makes torchvision importable

HERE = str(Path(__file__).parent)
sys.path.insert(0, HERE)  # for jobs and processes
import processes  # noqa: E402


@pytest.fixture(scope='session')
def context():
    """Forks processes from a server that has imported what the jobs need."""
    context = multiprocessing.get_context('forkserver')
    context.set_forkserver_preload(['jobs'])
    settings = {
        'PYTHONPATH': os.pathsep.join(filter(None, [HERE, os.environ.get('PYTHONPATH')])),
        'OMP_NUM_THREADS': '1',
        'CUDA_VISIBLE_DEVICES': '',
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in settings.items():
            patch.setenv(name, value)
        multiprocessing.forkserver.ensure_running()
    return context


@pytest.fixture
def start(context):
    """Starts a function of ``jobs`` in a process of its own; ends it with the test."""
    started = []

    def begin(function, *arguments, **options):
        started.append(processes.Job(context, function, *arguments, **options))
        return started[-1]

    yield begin
    for job in started:
        job.kill()


@pytest.fixture(scope='session')
def new_folder(tmp_path_factory):
    """Makes empty folders, in memory where there is one: synchronizing a disk takes long."""
    memory = Path('/dev/shm')
    in_memory = os.access(memory, os.W_OK)
    root = Path(tempfile.mkdtemp(dir=memory)) if in_memory else tmp_path_factory.mktemp('jobs')
    yield lambda: Path(tempfile.mkdtemp(dir=root))
    shutil.rmtree(root)


@pytest.fixture
def folder(new_folder):
    """An empty folder."""
    return new_folder()
