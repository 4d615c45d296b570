import random
import runpy
import sys
from collections import Counter
from itertools import chain
from pathlib import Path

import pytest

from mmcrack.datasets.splits import split_names, stratified_split, write_split

LISTS = Path('configs/_base_/datasets/splits')
TOOL = 'tools/dataset_converters/make_splits.py'
NAMES = [f'n{i}' for i in range(20)]


def test_parts_have_their_sizes_and_share_nothing():
    parts = split_names(NAMES, dict(train=5, val=3, test=None), seed=0)
    assert [len(part) for part in parts.values()] == [5, 3, 12]
    assert sorted(chain(*parts.values())) == sorted(NAMES)


def test_the_order_of_the_names_does_not_matter_but_the_seed_does():
    sizes = dict(train=10, val=5, test=5)
    shuffled = random.Random(1).sample(NAMES, len(NAMES))
    assert split_names(NAMES, sizes, 0) == split_names(shuffled, sizes, 0)
    assert split_names(NAMES, sizes, 0) != split_names(NAMES, sizes, 1)


def test_the_split_is_the_same_on_every_machine():
    # the three smallest of: for i in $(seq 0 19); do printf 0/n$i | sha256sum; done
    assert split_names(NAMES, dict(train=3, test=None), seed=0)['train'] == ['n1', 'n13', 'n14']


def test_every_name_is_as_likely_in_the_training_set():
    counts = Counter(
        name
        for seed in range(400)
        for name in split_names(NAMES, dict(train=5, test=15), seed)['train']
    )
    assert set(counts) == set(NAMES)
    assert all(60 < count < 140 for count in counts.values())  # 100 expected, σ = 8.7


@pytest.mark.parametrize('sizes', [dict(a=21, b=None), dict(a=5, b=5), dict(a=None, b=None)])
def test_sizes_that_do_not_fit_are_refused(sizes):
    with pytest.raises(ValueError, match='names'):
        split_names(NAMES, sizes, 0)


def test_strata_keep_their_shares():
    strata = dict(a=[f'a{i}' for i in range(25)], b=[f'b{i}' for i in range(50)])
    parts = stratified_split(strata, (3, 1, 1), seed=0)
    shares = {part: Counter(name[0] for name in names) for part, names in parts.items()}
    assert shares == dict(train=dict(a=15, b=30), val=dict(a=5, b=10), test=dict(a=5, b=10))


def test_lists_replace_older_ones_whole(tmp_path):
    write_split(tmp_path, dict(train=['a', 'b']))
    write_split(tmp_path, dict(train=['c']))
    assert (tmp_path / 'train.txt').read_text() == 'c\n'
    assert [path.name for path in tmp_path.iterdir()] == ['train.txt']


@pytest.mark.parametrize('seed', [0, 1, 2])
def test_shipped_deepcrack_lists_deal_out_all_537_pairs(seed):
    parts = {
        part: (LISTS / f'deepcrack_100_100_337_seed{seed}/{part}.txt').read_text().splitlines()
        for part in ('train', 'val', 'test')
    }
    assert {part: len(lines) for part, lines in parts.items()} == dict(train=100, val=100, test=337)
    lines = list(chain(*parts.values()))
    assert len(set(lines)) == 537
    folders = Counter(line.split('/')[0] for line in lines)
    assert folders == dict(train_img=300, test_img=237)
    assert parts == split_names(lines, dict(train=100, val=100, test=337), seed)


def run_tool(monkeypatch, *arguments) -> None:
    monkeypatch.setattr(sys, 'argv', [TOOL, *map(str, arguments)])
    runpy.run_path(TOOL, run_name='__main__')


def test_the_tool_writes_lists_of_pairs_for_each_seed(folder, monkeypatch):
    for i in range(5):
        folder.pair(f'train_img/{i}.jpg', f'train_lab/{i}.png')
    for i in range(3):
        folder.pair(f'test_img/{i}.jpg', f'test_lab/{i}.png')
    out = folder.root / 'lists/d'
    run_tool(
        monkeypatch, folder.root, out, '--dataset', 'deepcrack', '--sizes', 2, 1, '--seeds', 0, 7
    )
    for seed in (0, 7):
        lines = Path(f'{out}_seed{seed}/test.txt').read_text().splitlines()
        assert len(lines) == 5
        assert all((folder.root / path).is_file() for line in lines for path in line.split(' '))


def test_the_tool_writes_nothing_where_a_pair_is_broken(folder, monkeypatch):
    folder.pair('i/1.jpg', 'm/1.png')
    folder.image('i/2.jpg')
    with pytest.raises(SystemExit, match=r'2\.jpg: has no mask'):
        run_tool(monkeypatch, folder.root, folder.root / 'out', '--part', 'x=i:m', '--sizes', 1, 1)
    assert not list(folder.root.glob('out*'))
