"""Make a training that resumes at any step equal the uninterrupted one."""

import random
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from mmengine.dist import get_rank
from mmengine.hooks import Hook
from mmengine.runner import EpochBasedTrainLoop, Runner
from torch.utils.data import BatchSampler, DataLoader, Dataset, Sampler

from mmcrack.registry import HOOKS

_SAMPLE, _STEP = 0, 1  # streams of random numbers


@HOOKS.register_module()
class StepSeedHook(Hook):
    """Seeds each sample and each step by the run's seed, the rank, and their numbers.

    Checkpoints hold no random state, neither of this process nor of the data workers. With this
    hook none is needed: augmentation depends on a sample's place in the order of the training, and
    dropout on the step, not on how many workers there are or when the process was started. For
    trainings that count epochs and save at their ends,
    :class:`~mmcrack.engine.hooks.EpochSeedHook` does the same at less expense.
    """

    def before_train(self, runner: Runner) -> None:
        """Number the samples.

        Raises:
            ValueError: the data have no order of their own: they are iterated over, or their
                batches are composed in a special way.
        """
        loader = runner.train_dataloader
        if type(loader.batch_sampler) is not BatchSampler:
            kind = type(loader.batch_sampler).__name__
            raise ValueError(
                'StepSeedHook needs a train_dataloader with a sampler and a batch_size; this one '
                f'has the batch sampler {kind}'
            )
        self._sampler = NumberedSampler(loader.batch_sampler.sampler)
        if not isinstance(runner.train_loop, EpochBasedTrainLoop) and hasattr(
            loader.sampler, 'skip'
        ):  # others are played from the start
            self._sampler.next_number = runner.iter * loader.batch_size
        loader.batch_sampler.sampler = self._sampler
        _exchange_dataset(loader, SeededDataset(loader.dataset, runner.seed, get_rank()))

    def before_train_epoch(self, runner: Runner) -> None:
        """Number the samples of an epoch."""
        if isinstance(runner.train_loop, EpochBasedTrainLoop):
            self._sampler.next_number = runner.epoch * len(self._sampler)

    def before_train_iter(self, runner: Runner, batch_idx: int, data_batch: Any = None) -> None:
        """Seed the step."""
        seed_everything(runner.seed, _STEP, get_rank(), runner.iter)


class NumberedSampler(Sampler):
    """Hands on the indices of a sampler, each with its number since the training began.

    Args:
        sampler: the sampler; what this class lacks is looked up there.
    """

    def __init__(self, sampler: Sampler) -> None:
        self.sampler = sampler
        self.next_number = 0

    def __iter__(self) -> Iterator[tuple[int, int]]:
        for index in self.sampler:
            self.next_number += 1
            yield index, self.next_number - 1

    def __len__(self) -> int:
        return len(self.sampler)

    def __getattr__(self, name: str) -> Any:
        return _of_wrapped(self, 'sampler', name)


class SeededDataset(Dataset):
    """A dataset whose samples depend on their numbers, not on what was drawn before.

    Args:
        dataset: the dataset; what this class lacks is looked up there.
        seed: of the run.
        rank: of the process.
    """

    def __init__(self, dataset: Dataset, seed: int, rank: int) -> None:
        self.dataset_to_seed = dataset
        self.seed = seed
        self.rank = rank

    def __getitem__(self, item: tuple[int, int]) -> Any:
        """Take ``(index, number)``, as :class:`NumberedSampler` gives it."""
        index, number = item
        seed_everything(self.seed, _SAMPLE, self.rank, number)
        return self.dataset_to_seed[index]

    def __len__(self) -> int:
        return len(self.dataset_to_seed)

    def __getattr__(self, name: str) -> Any:
        return _of_wrapped(self, 'dataset_to_seed', name)


def seed_everything(*key: int) -> None:
    """Seed Python, NumPy and PyTorch from a few whole numbers, at least 0."""
    first, second, third = np.random.SeedSequence(key).generate_state(3)
    random.seed(int(first))
    np.random.seed(int(second))  # noqa: NPY002  # transforms draw from it
    torch.manual_seed(int(third))


def _of_wrapped(wrapper: Any, attribute: str, name: str) -> Any:
    if name.startswith('__') or name == attribute:  # asked for while unpickling
        raise AttributeError(name)
    return getattr(getattr(wrapper, attribute), name)


def _exchange_dataset(loader: DataLoader, dataset: Dataset) -> None:
    """Do what the loader's own ``__setattr__`` forbids, because its workers may be running."""
    object.__setattr__(loader, 'dataset', dataset)
