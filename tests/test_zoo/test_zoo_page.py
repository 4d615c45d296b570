import dataclasses
import random

import pytest

from mmcrack.zoo import Row, page_text, read_rows, write_row
from mmcrack.zoo import page as zoo_page

MACHINE = dict(cpu='Q', cores=4, gpu=None, threads=1, ranks=1)
FIGURES = dict(F1=80.26, mIoU=68.8, ODS=81, OIS=85.2, AP=88.7, clDice=90, ODS_threshold=0.4)
ROW = Row(
    method='A: one',
    kind='network',
    config='configs/a/one.py',
    test_config='configs/a/one.py',
    data_set='DeepCrack',
    split='test_img',
    images=237,
    figures=FIGURES,
    parameters=1_812_257,
    training=dict(steps=800, seconds=3901.4, machines=[MACHINE]),
    prerequisites=dict(trainings=0, seconds=0),
    images_per_second=1.441,
    machine=MACHINE,
    command='python zoo.py one.py',
    date='2026-11-21',
    trained_from='this config',
    config_sha256='c',
    test_sha256='t',
    checkpoint_sha256=None,
)


@pytest.fixture(autouse=True)
def _configs_are_as_they_were(monkeypatch):
    monkeypatch.setattr(zoo_page, 'method_fingerprint', lambda config: 'c')
    monkeypatch.setattr(zoo_page, 'evaluation_fingerprint', lambda config, augmented: 't')


def changed(**fields):
    return dataclasses.replace(ROW, **fields)


def lines(row):
    return [line for line in page_text([row]).splitlines() if line.startswith('| 1 ')]


def test_a_row_says_all_there_is_to_know():
    assert lines(ROW) == [
        '| 1 | A: one | network | 80.3 | 68.8 | 81.0 | 85.2 | 88.7 | 90.0 |  | 1.81 M | '
        '1 h 05 min (1 thread) | 1.44 | Q, 4 cores, 1 thread | 2026-11-21 |  |'
    ]


@pytest.mark.parametrize(
    ('fields', 'cell'),
    [
        (dict(training=None), '| – |'),
        (dict(training=None, prerequisites=dict(trainings=2, seconds=125.0)), '| + 2 min |'),
        (dict(prerequisites=dict(trainings=1, seconds=None)), '| 1 h 05 min (1 thread) + ? |'),
        (dict(training=dict(steps=8, seconds=None, machines=[])), '| ? (threads ?) |'),
        (
            dict(training=dict(steps=8, seconds=59.4, machines=[{**MACHINE, 'gpu': 'G'}])),
            '| 59 s (Q, 4 cores, G, 1 thread) |',
        ),
        (
            dict(training=dict(steps=8, seconds=60, machines=[MACHINE, {**MACHINE, 'threads': 2}])),
            '| 1 min (1 thread, then 2 threads) |',
        ),
        (dict(parameters=358_100), '| 358,100 |'),
        (dict(images_per_second=1234.5), '| 1234 |'),
        (dict(note='a | b', dropped=3), '| 3 dropped; a \\| b |'),
        (dict(augmented=True), '| A: one + TTA |'),
        (dict(trained_from='unknown'), '| A: one‡ |'),
        (dict(trained_from='another state'), '| A: one† |'),
        (dict(config_sha256='older'), '| A: one† |'),
        (dict(test_sha256='older'), '| A: one† |'),
    ],
)
def test_cells(fields, cell):
    (line,) = lines(changed(**fields))
    assert cell in line


def test_a_row_whose_config_is_gone_is_marked(monkeypatch):
    def gone(config):
        raise FileNotFoundError(config)

    monkeypatch.setattr(zoo_page, 'method_fingerprint', gone)
    assert 'A: one†' in lines(ROW)[0]


def test_rows_are_sorted_by_data_set_and_then_by_f1(tmp_path):
    wanted = [('CFD', 50.0), ('CFD', 40.0), ('DeepCrack', 90.0), ('DeepCrack', 80.0)]
    rows = [
        changed(data_set=name, figures={**FIGURES, 'F1': f1}, config=f'configs/a/{f1:g}.py')
        for name, f1 in wanted
    ]
    for row in random.Random(0).sample(rows, len(rows)):
        write_row(tmp_path, row)
    read = read_rows(tmp_path)
    assert [(row.data_set, row.figures['F1']) for row in read] == wanted
    assert page_text(read).count('\n## ') == 3  # two data sets, and the commands


def test_a_page_without_rows_says_so():
    assert 'no rows yet' in page_text([])


def test_a_file_that_is_no_row_is_named(tmp_path):
    (tmp_path / 'odd.json').write_text('{"method": "A"}')
    with pytest.raises(ValueError, match=r'odd\.json: not a row'):
        read_rows(tmp_path)
