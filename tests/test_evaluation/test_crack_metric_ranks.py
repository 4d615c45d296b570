import os
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.distributed as torch_dist
from mmengine.dataset import DefaultSampler
from mmengine.fileio import dump, load

from mmcrack.evaluation import CrackMetric

IMAGES = 5


def data_sample(index):
    rng = np.random.default_rng(index)
    prob = torch.as_tensor(rng.random((1, 19, 23 + index), dtype=np.float32))
    label = (prob + 0.3 * torch.as_tensor(rng.normal(size=prob.shape)) > 0.7).float()
    return dict(img_path=f'{index}.png', seg_logits=dict(data=prob), gt_sem_seg=dict(data=label))


def evaluate_share(out, **options):
    """Evaluate what mmengine's sampler gives to this rank, in batches of two."""
    metric = CrackMetric(
        csv_path=f'{out}.csv', curve_path=f'{out}_curve.json', output_dir=f'{out}_maps', **options
    )
    mine = list(DefaultSampler(range(IMAGES), shuffle=False, seed=0))
    for start in range(0, len(mine), 2):
        metric.process({}, [data_sample(index) for index in mine[start : start + 2]])
    return metric.evaluate(IMAGES)


def run_rank(rank, world_size, folder, options):
    os.chdir(folder)  # mmengine exchanges results through a folder in the working directory
    torch_dist.init_process_group(
        'gloo', init_method=f'file://{folder}/store', rank=rank, world_size=world_size
    )
    dump(evaluate_share('ranks', **options), f'scores_{rank}.json')
    torch_dist.destroy_process_group()


@pytest.mark.parametrize('options', [dict(protocol='dataset', tolerance=2)])
def test_two_ranks_equal_one_exactly_on_an_odd_number_of_images(tmp_path, monkeypatch, options):
    monkeypatch.chdir(tmp_path)
    expected = evaluate_share('one', **options)
    torch.multiprocessing.spawn(run_rank, args=(2, str(tmp_path), options), nprocs=2)
    assert load('scores_0.json') == load('scores_1.json') == expected
    for name in ('{}.csv', '{}_curve.json', *(f'{{}}_maps/{i}.png' for i in range(IMAGES))):
        one, two = Path(name.format('one')), Path(name.format('ranks'))
        assert one.read_bytes() == two.read_bytes()
