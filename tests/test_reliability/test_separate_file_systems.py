import json
import socket

import jobs
import pytest
from test_killed_runs import files


@pytest.fixture
def two_machines(start, monkeypatch):
    """Runs two ranks, each the first of its machine, that may write to folders of their own."""

    def run(kind, images, outs):
        with socket.socket() as probe:
            probe.bind(('127.0.0.1', 0))
            port = probe.getsockname()[1]
        ranks = [start(jobs.run_as_rank, rank, port, kind, images, out)
                 for rank, out in enumerate(outs)]  # fmt: skip
        return [rank.result() for rank in ranks]

    return run


def products(folder, kind):
    """The files of the images, without records and merged tables."""
    return {name: data for name, data in files(folder).items()
            if '.png' in name or name.startswith('images/')}  # fmt: skip


@pytest.mark.parametrize('kind', list(jobs.RUNS))
def test_machines_with_disks_of_their_own_go_on_where_they_stopped(
    kind, folder, start, two_machines
):
    images = jobs.write_inputs(folder, kind, 5, 48)
    start(jobs.run, kind, images, folder / 'one').result()
    expected = products(folder / 'one', kind)
    outs = folder / 'disk0', folder / 'disk1'
    assert ' 5 ' in two_machines(kind, images, outs)[0]
    assert {**products(outs[1], kind), **products(outs[0], kind)} == expected
    for out in outs:
        assert json.loads((out / jobs.RECORDS[kind]).read_text())['finished']

    lost = sorted(products(outs[1], kind))[0]
    (outs[1] / lost).unlink()
    (outs[1] / '.0009.png.1.partial').write_bytes(b'half')
    left = len(products(outs[0], kind)) if kind == 'measure' else None
    report = two_machines(kind, images, outs)[0]
    assert ' 1 of them new' in report, report
    assert {**products(outs[1], kind), **products(outs[0], kind)} == expected
    assert left in (None, len(products(outs[0], kind)))
    assert not list(outs[1].rglob('*.partial'))


@pytest.mark.parametrize('kind', list(jobs.RUNS))
def test_machines_with_one_disk_write_one_record(kind, folder, start, two_machines):
    images = jobs.write_inputs(folder, kind, 5, 48)
    start(jobs.run, kind, images, folder / 'one').result()
    two_machines(kind, images, [folder / 'shared'] * 2)
    assert files(folder / 'shared') == files(folder / 'one')


def test_error_on_one_machine_ends_both(folder, two_machines):
    images = jobs.write_inputs(folder, 'label', 5, 48)
    (folder / 'disk1').mkdir()
    (folder / 'disk1/drawn_by_hand.png').write_bytes(b'hours of work')
    with pytest.raises(RuntimeError, match='disk1: holds PNG files that no run recorded'):
        two_machines('label', images, [folder / 'disk0', folder / 'disk1'])
