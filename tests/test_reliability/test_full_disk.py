import errno
import os
import re

import jobs
import pytest
from processes import Job
from test_killed_runs import files
from test_killed_training import assert_equal_trainings, checkpoints

from mmcrack.engine.atomic_backend import AtomicLocalBackend
from mmcrack.engine.resuming import is_whole
from mmcrack.utils.atomic_files import write_atomically


@pytest.mark.parametrize('kind', list(jobs.RUNS))
def test_full_disk_is_one_clear_error_and_the_same_command_finishes(kind, folder, start):
    images = jobs.write_inputs(folder, kind, 4, 96)
    start(jobs.run, kind, images, folder / 'whole').result()
    expected = files(folder / 'whole')
    record = jobs.RECORDS[kind]
    limit = max(len(data) for name, data in expected.items() if name != record) - 1
    assert limit > len(expected[record]) or kind == 'measure'
    job = start(jobs.run, kind, images, folder / 'out', limit=limit)
    with pytest.raises(RuntimeError) as caught:
        job.result()
    message = str(caught.value)
    assert re.search(r'out/\S+: cannot be written \(File too large\)', message), message
    assert 'run the same command again' in message
    there = files(folder / 'out')
    assert record in there
    assert all(data == expected[name] for name, data in there.items() if name != record)
    start(jobs.run, kind, images, folder / 'out').result()
    assert files(folder / 'out') == expected


@pytest.fixture(scope='module')
def limits(new_folder, context):
    """Room for half a checkpoint; for those of 2 and 4 iterations, not the larger one of 6."""
    folder = new_folder()
    config = jobs.write_training(folder, iterations=6)
    Job(context, jobs.run_training, config, folder / 'work').result()
    size = (folder / 'work/iter_4.pth').stat().st_size
    return size // 2, size


@pytest.mark.parametrize(('keep', 'fails', 'left'), [(2, 2, []), (2, 6, [2, 4]), (1, 6, [4])])
def test_full_disk_ends_a_training_with_whole_checkpoints_alone(
    folder, start, limits, keep, fails, left
):
    config = jobs.write_training(folder, iterations=6, keep=keep)
    start(jobs.run_training, config, folder / 'whole').result()
    limit = limits[bool(left)]
    job = start(jobs.run_training, config, folder / 'out', limit=limit)
    message = rf'out/iter_{fails}\.pth: cannot be written \(File too large\); .* same command'
    with pytest.raises(RuntimeError, match=message):
        job.result()
    assert checkpoints(folder / 'out') == [f'iter_{step}.pth' for step in left]
    assert all(is_whole(folder / f'out/iter_{step}.pth') for step in left)
    assert not list((folder / 'out').glob('.*.partial'))
    start(jobs.run_training, config, folder / 'out').result()
    assert_equal_trainings(folder / 'out', folder / 'whole')


@pytest.mark.skipif(not os.path.exists('/dev/full'), reason='needs a device that is always full')
@pytest.mark.parametrize('write', [write_atomically, lambda p, d: AtomicLocalBackend().put(d, p)])
def test_device_without_space(tmp_path, write):
    path = tmp_path / 'iter_2.pth'
    path.write_bytes(b'earlier')
    (tmp_path / f'.iter_2.pth.{os.getpid()}.partial').symlink_to('/dev/full')
    with pytest.raises(OSError, match=re.escape(os.strerror(errno.ENOSPC))) as caught:
        write(path, b'x' * 100_000)
    assert str(path) in str(caught.value)
    assert os.listdir(tmp_path) == ['iter_2.pth']
    assert path.read_bytes() == b'earlier'


@pytest.mark.parametrize('kind', list(jobs.RUNS))
def test_folder_below_a_file_is_an_error_before_the_work(kind, tmp_path):
    images = jobs.write_inputs(tmp_path, kind, 1, 32)
    (tmp_path / 'file').touch()
    message = r'file/out: cannot be written to \(Not a directory\); .*run the same command'
    with pytest.raises(OSError, match=message):
        jobs.run(kind, images, tmp_path / 'file/out')


@pytest.mark.skipif(os.geteuid() == 0, reason='root may write everywhere')
@pytest.mark.parametrize('kind', list(jobs.RUNS))
def test_read_only_folder_is_an_error_before_the_work(kind, tmp_path):
    images = jobs.write_inputs(tmp_path, kind, 1, 32)
    (tmp_path / 'locked').mkdir(mode=0o500)
    for out in (tmp_path / 'locked', tmp_path / 'locked/out'):
        with pytest.raises(OSError, match=r'locked\S*: cannot be written to \(.*ermission denied'):
            jobs.run(kind, images, out)
    assert os.listdir(tmp_path / 'locked') == []
