from types import SimpleNamespace

import numpy as np
import pytest
import torch
from mmengine.dataset import DefaultSampler, InfiniteSampler
from torch.utils.data import DataLoader, Dataset

from mmcrack.engine.hooks import StepSeedHook


class Noise(Dataset):
    """Samples that are drawn when they are asked for."""

    name = 'noise'

    def __len__(self):
        return 6

    def __getitem__(self, index):
        return index, np.random.rand(), torch.rand(()).item()  # noqa: NPY002


def runner(sampler=InfiniteSampler, *, done=0, workers=0, seed=7):
    dataset = Noise()
    sampler = sampler(dataset, seed=0)
    loader = DataLoader(
        dataset, batch_size=2, sampler=sampler, num_workers=workers, collate_fn=list
    )
    return SimpleNamespace(train_dataloader=loader, train_loop=None, iter=done, epoch=0, seed=seed)


def batches(run, first, count):
    """As the loop does: skip what was seen, and draw random numbers in between."""
    StepSeedHook().before_train(run)
    run.train_dataloader.sampler.skip(first * 2)
    found = []
    for _, batch in zip(range(count), run.train_dataloader, strict=False):
        np.random.rand(3)  # noqa: NPY002
        found.append(batch)
    return found


def test_samples_depend_on_their_place_in_the_training_alone():
    whole = batches(runner(), 0, 6)
    assert whole[4:] == batches(runner(done=4), 4, 2)
    assert whole == batches(runner(workers=2), 0, 6)
    assert len({sample for batch in whole for sample in batch}) == 12
    assert whole != batches(runner(seed=8), 0, 6)


def test_steps_depend_on_their_numbers_alone():
    run, hook, draws = runner(), StepSeedHook(), {}
    for step in (0, 1, 0):
        run.iter = step
        hook.before_train_iter(run, step)
        draw = torch.rand(3).tolist(), np.random.rand()  # noqa: NPY002
        assert draws.setdefault(step, draw) == draw
    assert draws[0] != draws[1]


def test_dataset_keeps_its_attributes():
    run = runner(DefaultSampler)
    StepSeedHook().before_train(run)
    assert run.train_dataloader.dataset.name == 'noise'
    assert len(run.train_dataloader) == 3
    with pytest.raises(AttributeError):
        _ = run.train_dataloader.dataset.nothing


def test_batches_of_a_special_kind_are_refused():
    run = runner()
    run.train_dataloader = DataLoader(Noise(), batch_sampler=[[0, 1], [2]])
    with pytest.raises(ValueError, match='has the batch sampler list'):
        StepSeedHook().before_train(run)
