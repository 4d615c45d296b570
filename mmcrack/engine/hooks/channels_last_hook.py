"""Convolutions in the memory order that CPUs and tensor cores are fastest in."""

import torch
from mmengine.hooks import Hook
from mmengine.runner import Runner

from mmcrack.registry import HOOKS


@HOOKS.register_module()
class ChannelsLastHook(Hook):
    """Stores the model's weights channels last, which makes PyTorch compute so, too.

    Results differ by rounding alone; what is gained depends on the network and the machine
    (``tools/benchmarks/channels_last.py``). Checkpoints are those of any training.
    """

    priority = 'VERY_HIGH'  # before EMAHook copies the model

    def before_run(self, runner: Runner) -> None:
        """Reorder the weights."""
        runner.model.to(memory_format=torch.channels_last)
