"""The machine: Python, cores and threads, memory, disk."""

import os
import platform
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from mmcrack.doctor.findings import Fact, Finding, Severity

_OLDEST, _NEWEST = (3, 10), (3, 13)
_GIB = 2**30
_LOW_MEMORY = 4 * _GIB
_LOW_SHARED_MEMORY = 512 * 2**20
_LOW_DISK = 5 * _GIB


def check_python() -> Iterator[Fact | Finding]:
    """Version of Python and the system."""
    yield Fact('Python', f'{platform.python_version()} ({sys.executable})')
    yield Fact('system', platform.platform())
    if not _OLDEST <= sys.version_info[:2] <= _NEWEST:
        yield Finding(
            Severity.WARNING,
            'Python version',
            f'Python {platform.python_version()} is not one that mmcrack is tested on',
            'packages may be missing for it',
            'make an environment with Python 3.10 to 3.13',
        )


def cores() -> int:
    """Cores that this process may use: of the machine, by its affinity, by a container's limit."""
    count = os.cpu_count() or 1
    if hasattr(os, 'sched_getaffinity'):
        count = len(os.sched_getaffinity(0))
    quota = _read('/sys/fs/cgroup/cpu.max').split()
    if len(quota) == 2 and quota[0] != 'max':
        count = min(count, max(1, int(quota[0]) // int(quota[1])))
    return count


def check_threads() -> Iterator[Fact | Finding]:
    """Cores, and the threads that are asked for."""
    available, asked = cores(), os.environ.get('OMP_NUM_THREADS')
    yield Fact('cores', f'{available} of {os.cpu_count()} usable')
    yield Fact('OMP_NUM_THREADS', asked or 'not set')
    if asked is not None and asked.isdigit() and int(asked) > available:
        yield Finding(
            Severity.WARNING,
            'threads',
            f'OMP_NUM_THREADS={asked} is more than the {available} usable cores',
            'threads wait for each other, and everything becomes slower',
            f'export OMP_NUM_THREADS={available}, or less where several ranks or workers run',
        )
    elif asked is None and available < (os.cpu_count() or 1):
        yield Finding(
            Severity.NOTE,
            'threads',
            f'{available} of {os.cpu_count()} cores may be used, and OMP_NUM_THREADS is not set',
            'libraries that count the cores of the machine start too many threads',
            f'export OMP_NUM_THREADS={available}',
        )


def check_memory() -> Iterator[Fact | Finding]:
    """Free memory, and the shared memory that workers of data loaders pass batches through."""
    free = _available_memory()
    if free is not None:
        yield Fact('memory available', f'{free / _GIB:.1f} GiB')
    if free is not None and free < _LOW_MEMORY:
        yield Finding(
            Severity.WARNING,
            'memory',
            f'{free / _GIB:.1f} GiB of memory are available',
            'enough for the *_small configs at most; the system ends processes that take more',
            'end other programs, lower batch_size and num_workers, or use a larger machine',
        )
    shared = Path('/dev/shm')
    if shared.is_dir() and shutil.disk_usage(shared).total < _LOW_SHARED_MEMORY:
        yield Finding(
            Severity.WARNING,
            'shared memory',
            f'/dev/shm has {shutil.disk_usage(shared).total / 2**20:.0f} MiB, as in containers',
            'workers of data loaders die with "bus error" when batches do not fit',
            'start the container with --shm-size=8g or --ipc=host, or set num_workers=0',
        )


def _available_memory() -> int | None:
    """Bytes, by the smaller of what the system and the container have left; None: not known."""
    lines = dict(line.split(':', 1) for line in _read('/proc/meminfo').splitlines() if ':' in line)
    if 'MemAvailable' not in lines:
        return None
    free = int(lines['MemAvailable'].split()[0]) * 1024
    limit, used = _read('/sys/fs/cgroup/memory.max'), _read('/sys/fs/cgroup/memory.current')
    if limit.isdigit() and used.isdigit():
        free = min(free, int(limit) - int(used))
    return free


def check_disk() -> Iterator[Fact | Finding]:
    """Free disk below the working directory, where ``work_dirs`` goes, and whether it can."""
    here = Path.cwd()
    free = shutil.disk_usage(here).free
    yield Fact('disk free', f'{free / _GIB:.1f} GiB at {here}')
    if free < _LOW_DISK:
        yield Finding(
            Severity.WARNING,
            'disk',
            f'{free / _GIB:.1f} GiB are free at {here}',
            'checkpoints of one training take some GiB (SAM ViT-B: 375 MB each)',
            'make room, or send work_dir elsewhere with --work-dir',
        )
    target = here / 'work_dirs' if (here / 'work_dirs').exists() else here
    if not os.access(target, os.W_OK):
        yield Finding(
            Severity.ERROR,
            'working directory',
            f'{target} cannot be written to',
            'trainings and labels go there',
            'change to a folder of your own, or give --work-dir and --out',
        )


def _read(path: str) -> str:
    """Content of a file of the kernel, empty where the system has no such file."""
    file = Path(path)
    return file.read_text().strip() if file.is_file() else ''
