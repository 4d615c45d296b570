import signal

import jobs
from trainings import assert_equal_trainings, checkpoints


def test_killed_before_any_file_operation_a_training_ends_the_same(folder, start):
    config = jobs.write_training(folder, iterations=4, validate=2, keep=1)
    better = {'default_hooks.checkpoint.rule': 'less'}  # of the two rules the one that replaces
    whole = folder / 'whole'
    start(jobs.run_training, config, whole, **better).result()
    assert 'best_mIoU_iter_2.pth' not in checkpoints(whole)  # one replaced another
    for operation in range(1, 1000):
        work_dir = folder / f'killed_{operation}'
        job = start(jobs.run_training_until, config, work_dir, operation, **better)
        job.process.join(60)
        if job.exitcode == 0:
            break
        assert job.exitcode == -signal.SIGKILL
        start(jobs.run_training, config, work_dir, **better).result()
        assert_equal_trainings(work_dir, whole)
    print(f'{operation - 1} file operations')
    assert operation > 15
