from pathlib import Path

import pytest
from mmengine.config import Config

from mmcrack.zoo.fingerprints import evaluation_fingerprint, method_fingerprint
from mmcrack.zoo.naming import data_set_name, method_name, split_name

METAFILE = """
Collections:
  - Name: Ridges
Models:
  - Name: Round one
    In Collection: Ridges
    Config: configs/ridges/round1.py
"""


@pytest.fixture
def configs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path('configs/ridges/deep').mkdir(parents=True)
    Path('configs/ridges/metafile.yml').write_text(METAFILE)
    for name in ('ridges/round1', 'ridges/labels', 'ridges/deep/few', 'alone'):
        Path(f'configs/{name}.py').touch()


@pytest.mark.parametrize(
    ('config', 'name'),
    [
        ('configs/ridges/round1.py', 'Ridges: Round one'),
        ('configs/ridges/labels.py', 'Ridges: labels'),
        ('configs/ridges/deep/few.py', 'Ridges: few'),
        ('configs/alone.py', 'alone'),
    ],
)
def test_a_method_goes_by_its_metafile(configs, config, name):
    assert method_name(Config(), config) == name
    assert method_name(Config(dict(zoo=dict(method='Mine'))), config) == 'Mine'


@pytest.mark.parametrize(
    ('dataset', 'name', 'split'),
    [
        (
            dict(type='mmcrack.CFDDataset', data_prefix=dict(img_path='image'), exclude=('042',)),
            'CFD',
            'image without 042',
        ),
        (
            dict(type='mmcrack.DeepCrackDataset', ann_file='/a/splits/100_seed0/test.txt'),
            'DeepCrack',
            '100_seed0/test',
        ),
        (
            dict(
                type='ConcatDataset',
                datasets=[
                    dict(type='RepeatDataset', dataset=dict(
                        type='mmcrack.CrackDataset', data_prefix=dict(img_path=f'walls/{part}'),
                    ))
                    for part in ('north', 'south')
                ],
            ),
            'walls',
            'north + south',
        ),
    ],
)  # fmt: skip
def test_a_data_set_goes_by_its_class_or_folder(dataset, name, split):
    assert (data_set_name(dataset), split_name(dataset)) == (name, split)


CONFIG = """
default_scope = 'mmseg'
root = '{{$MMCRACK_DATA:data}}'
lists = '{{fileDirname}}/lists'
train_dataloader = dict(dataset=dict(data_root=root, ann_file=f'{lists}/train.txt'))
test_dataloader = dict(num_workers=2, dataset=dict(data_root=root, ann_file=f'{lists}/test.txt'))
"""


def test_fingerprints_do_not_depend_on_the_machine(tmp_path, monkeypatch):
    found = set()
    for place in ('here', 'there'):
        folder = tmp_path / place
        folder.mkdir()
        monkeypatch.chdir(folder)
        monkeypatch.setenv('MMCRACK_DATA', f'/{place}')
        (folder / 'a.py').write_text(CONFIG.replace('num_workers=2', f'num_workers={len(place)}'))
        found.add((method_fingerprint('a.py'), evaluation_fingerprint('a.py')))
    assert len(found) == 1
    (folder / 'a.py').write_text(CONFIG.replace('train.txt', 'other.txt'))
    ((method, evaluation),) = found
    assert method_fingerprint('a.py') != method
    assert evaluation_fingerprint('a.py') == evaluation
