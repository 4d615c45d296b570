import json
import time

import jobs
import pytest
from processes import seeded_delays

SEED = 20261121
KILLS = 20
IMAGES = 30


def files(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes()
            for path in folder.rglob('*') if path.is_file()}  # fmt: skip


@pytest.mark.parametrize('kind', list(jobs.RUNS))
def test_killed_run_ends_with_the_same_files_byte_for_byte(kind, folder, start):
    images = jobs.write_inputs(folder, kind, IMAGES, 96)
    whole = start(jobs.run, kind, images, folder / 'whole')
    whole.result()
    seconds = time.monotonic() - whole.began
    expected = files(folder / 'whole')
    assert json.loads(expected[jobs.RECORDS[kind]])['finished']
    rng = seeded_delays(SEED, seconds / 2)
    kills = runs = 0
    while kills < KILLS:
        runs += 1
        out = folder / f'killed_{runs}'
        found = True
        while found and kills < KILLS:
            job = start(jobs.run, kind, images, out)
            found = job.kill_after(rng.uniform(0, seconds / 2))
            kills += found
        job = start(jobs.run, kind, images, out)
        job.result()
        assert job.exitcode == 0
        assert files(out) == expected
    print(f'{kind}: {kills} kills in {runs} runs')


@pytest.mark.parametrize('kind', list(jobs.RUNS))
def test_kill_in_the_middle_of_a_file_leaves_nothing_of_it(kind, folder, start):
    images = jobs.write_inputs(folder, kind, 4, 96)
    start(jobs.run, kind, images, folder / 'whole').result()
    expected = files(folder / 'whole')
    record = jobs.RECORDS[kind]
    limit = max(len(data) for name, data in expected.items() if name != record) - 1
    job = start(jobs.run, kind, images, folder / 'out', limit=limit, deadly=True)
    with pytest.raises(EOFError):
        job.result()
    assert list((folder / 'out').rglob('.*.partial'))
    for name, data in files(folder / 'out').items():
        assert name.endswith('.partial') or name == record or data == expected[name]
    start(jobs.run, kind, images, folder / 'out').result()
    assert files(folder / 'out') == expected
