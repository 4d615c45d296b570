"""A progress bar over the iterations of a training."""

from typing import Any

from mmengine import ProgressBar
from mmengine.dist import master_only
from mmengine.hooks import Hook
from mmengine.runner import Runner

from mmcrack.registry import HOOKS


@HOOKS.register_module()
class ProgressBarHook(Hook):
    """Shows a bar with rate and remaining time, for those who do not read logs.

    Args:
        title: Printed before the bar.
    """

    priority = 'VERY_LOW'

    def __init__(self, title: str = 'training') -> None:
        self.title = title
        self.bar: ProgressBar | None = None

    @master_only
    def before_train(self, runner: Runner) -> None:
        """Start the bar at the iteration where the training starts or resumes."""
        print(self.title)
        self.bar = ProgressBar(runner.max_iters - runner.iter)

    @master_only
    def after_train_iter(self, runner: Runner, *args: Any, **kwargs: Any) -> None:
        """Advance by one iteration."""
        self.bar.update()

    @master_only
    def after_train(self, runner: Runner) -> None:
        """End the line."""
        self.bar.file.write('\n')
