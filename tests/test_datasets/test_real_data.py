"""The published files themselves; set MMCRACK_DATA to the folder that holds them."""

import os
from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.registry import DATASETS

pytestmark = pytest.mark.usefixtures('mmseg_scope')
BASE = Path('configs/_base_/datasets')
DATA = os.environ.get('MMCRACK_DATA')


def dataset(config: str, part: str, **options):
    name = config.split('_')[0] if config != 'crack_patches' else 'brickwork'
    if DATA is None or not Path(DATA, name).is_dir():
        pytest.skip(f'MMCRACK_DATA has no {name}')
    cfg = Config.fromfile(BASE / f'{config}.py')
    return DATASETS.build({**cfg[f'{part}_dataloader'].dataset, **options})


@pytest.mark.parametrize(('part', 'count'), [('train', 300), ('test', 237)])
def test_deepcrack_is_whole_and_its_masks_are_hard(part, count):
    pairs = dataset('deepcrack', part, validate='full')  # decodes every file
    assert len(pairs) == count
    label = pairs[0]['data_samples'].gt_sem_seg.data
    assert label.unique().tolist() == [0, 1]


@pytest.mark.parametrize('config', ['deepcrack_100_100_337', 'deepcrack_100_100_337_seed2'])
@pytest.mark.parametrize(('part', 'count'), [('train', 100), ('val', 100), ('test', 337)])
def test_deepcrack_by_lists(config, part, count):
    assert len(dataset(config, part, validate='pairs')) == count


def test_cfd_masks_are_read_without_conversion():
    pairs = dataset('cfd', 'test')
    assert len(pairs) >= 20
    item = pairs[0]
    assert item['inputs'].shape[1:] == item['data_samples'].gt_sem_seg.data.shape[1:]
    assert int((item['data_samples'].gt_sem_seg.data == 1).sum()) == 1831  # of 001.mat


def test_brickwork_is_split_3_1_1():
    sizes = [len(dataset('crack_patches', part, pipeline=[])) for part in ('train', 'val', 'test')]
    assert sizes == [300, 100, 100]


def test_deepcrack_pseudo_labels_keep_their_values(tmp_path):
    if DATA is None or not Path(DATA, 'deepcrack').is_dir():
        pytest.skip('MMCRACK_DATA has no deepcrack')
    from PIL import Image

    Image.new('L', (544, 384), 64).save(tmp_path / '11111.png')
    prefix = dict(img_path=f'{DATA}/deepcrack/train_img', seg_map_path=str(tmp_path))
    pairs = dataset('deepcrack_pseudo', 'train', data_prefix=prefix, unpaired='skip')
    assert len(pairs) == 1
    label = pairs[0]['data_samples'].gt_sem_seg.data
    assert torch.allclose(label, torch.tensor(64 / 255))
