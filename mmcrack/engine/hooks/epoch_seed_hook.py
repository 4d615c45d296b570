"""Make a resumed training equal the uninterrupted one."""

from functools import partial

from mmengine.dist import get_rank, get_world_size
from mmengine.hooks import Hook
from mmengine.runner import EpochBasedTrainLoop, Runner, set_random_seed
from torch.utils.data import DataLoader

from mmcrack.registry import HOOKS


@HOOKS.register_module()
class EpochSeedHook(Hook):
    """Seeds all random numbers of an epoch by the run's seed and the epoch's number.

    Checkpoints hold no random state, and MMEngine's data workers are seeded once (or, where they
    do not persist, by the same number in every epoch). So augmentation and dropout of a resumed
    epoch differ from those of the run that was not interrupted. With this hook they are the same,
    and no two epochs repeat each other.
    """

    def before_train(self, runner: Runner) -> None:
        """Check that the hook can do its work.

        Raises:
            ValueError: the training does not count epochs, or its workers outlive an epoch.
        """
        if not isinstance(runner.train_loop, EpochBasedTrainLoop):
            raise ValueError('EpochSeedHook needs an epoch-based train_cfg')
        if runner.train_dataloader.persistent_workers:
            raise ValueError(
                'EpochSeedHook seeds the workers of each epoch: '
                'set train_dataloader.persistent_workers=False'
            )

    def before_train_epoch(self, runner: Runner) -> None:
        """Seed this process and the workers that the epoch will start."""
        loader = runner.train_dataloader
        processes = get_world_size() * (loader.num_workers + 1)
        seed = (runner.seed + runner.epoch * processes) % 2**32  # each takes one of the numbers
        _seed_workers(loader, seed)
        set_random_seed((seed + processes - 1 - get_rank()) % 2**32)


def _seed_workers(loader: DataLoader, seed: int) -> None:
    """Exchange the seed of MMEngine's ``worker_init_fn``; worker i of rank r adds r·workers + i."""
    function = loader.worker_init_fn
    if isinstance(function, partial) and 'seed' in function.keywords:
        loader.worker_init_fn = partial(function, seed=seed)
