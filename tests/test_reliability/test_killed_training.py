import signal
import time

import jobs
import pytest
from processes import Job, seeded_delays
from trainings import assert_equal_trainings, assert_same, checkpoints, tensors

SEED = 20261121
KILLS = 20
LAST = 'iter_24.pth'


@pytest.fixture(scope='module')
def training(new_folder, context):
    """The tiny training, run without interruption: its config, work directory and duration."""
    folder = new_folder()
    config = jobs.write_training(folder)
    job = Job(context, jobs.run_training, config, folder / 'whole')
    job.result()
    return config, folder / 'whole', time.monotonic() - job.began


def test_killed_training_ends_with_the_same_weights_bit_for_bit(training, folder, start):
    config, whole, seconds = training
    rng = seeded_delays(SEED, seconds / 2)
    kills = trainings = 0
    while kills < KILLS:
        trainings += 1
        work_dir = folder / f'killed_{trainings}'
        killed = True
        while killed and kills < KILLS:
            job = start(jobs.run_training, config, work_dir)
            killed = job.kill_after(rng.uniform(0, seconds / 2))
            kills += killed
        if killed:
            start(jobs.run_training, config, work_dir).result()
        else:
            assert job.exitcode == 0
        assert_equal_trainings(work_dir, whole)
    print(f'{kills} kills in {trainings} trainings')


def test_death_in_the_middle_of_a_write_leaves_the_checkpoint_before(training, folder, start):
    config, whole, _ = training
    size = (whole / LAST).stat().st_size
    job = start(jobs.run_training, config, folder / 'cut', limit=size // 2, deadly=True)
    with pytest.raises(EOFError):
        job.result()
    assert job.exitcode == -signal.SIGXFSZ
    assert checkpoints(folder / 'cut') == []
    assert [p.stat().st_size for p in (folder / 'cut').glob('.*.partial')] == [size // 2]
    start(jobs.run_training, config, folder / 'cut').result()
    assert_equal_trainings(folder / 'cut', whole)


def test_data_workers_change_nothing_and_resume_too(training, folder, start):
    _, whole, _ = training
    config = jobs.write_training(folder, workers=2)
    job = start(jobs.run_training, config, folder / 'workers')
    while job.process.is_alive() and not (folder / 'workers/iter_10.pth').exists():
        time.sleep(0.001)
    assert job.kill()
    start(jobs.run_training, config, folder / 'workers').result()
    assert_equal_trainings(folder / 'workers', whole)


@pytest.mark.parametrize('keep', [1, 2])
def test_a_checkpoint_cut_off_by_a_power_cut_is_named(folder, start, keep):
    config = jobs.write_training(folder, iterations=6, keep=keep)
    work_dir = folder / 'work'
    start(jobs.run_training, config, work_dir).result()
    expected = tensors(work_dir / 'iter_6.pth')
    data = (work_dir / 'iter_6.pth').read_bytes()
    (work_dir / 'iter_6.pth').write_bytes(data[: len(data) // 2])
    job = start(jobs.run_training, config, work_dir)
    if keep == 1:
        with pytest.raises(RuntimeError, match=r'iter_6\.pth: is cut off or damaged, and .*work'):
            job.result()
    else:
        job.result()
        assert_same(tensors(work_dir / 'iter_6.pth'), expected)
