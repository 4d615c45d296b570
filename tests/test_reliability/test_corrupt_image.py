import json

import jobs
import pytest

COUNT = 1000
BAD = '0417'


@pytest.mark.parametrize('kind', list(jobs.RUNS))
def test_one_corrupt_image_among_a_thousand(kind, folder):
    images = jobs.write_inputs(folder, kind, COUNT, 16)
    bad = images / f'{BAD}.png'
    whole = bad.read_bytes()
    bad.write_bytes(whole[: len(whole) // 2])
    report = jobs.run(kind, images, folder / 'out')
    assert f' {COUNT - 1} ' in report
    assert f'1 unreadable: {BAD}' in report or f'{BAD}.png: cannot be read' in report
    record = json.loads((folder / 'out' / jobs.RECORDS[kind]).read_text())
    assert (record['finished'], list(record['unreadable'])) == (True, [BAD])


@pytest.mark.parametrize('kind', list(jobs.RUNS))
def test_strict_run_does_the_others_before_it_fails(kind, folder):
    images = jobs.write_inputs(folder, kind, 20, 16)
    bad = images / '0003.png'
    whole = bad.read_bytes()
    bad.write_bytes(whole[: len(whole) // 2])
    record = folder / 'out' / jobs.RECORDS[kind]
    with pytest.raises(ValueError, match='0003'):
        jobs.run(kind, images, folder / 'out', strict=True)
    assert not json.loads(record.read_text())['finished']
    report = jobs.run(kind, images, folder / 'out')
    assert ' 19 ' in report
    assert ' 0 of them new' in report
    bad.write_bytes(whole)
    assert ' 1 of them new' in jobs.run(kind, images, folder / 'out', strict=True)
    entries = json.loads(record.read_text())
    assert (entries['finished'], list(entries['unreadable'])) == (True, [])
