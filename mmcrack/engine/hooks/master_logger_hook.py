"""Keeps several ranks from writing one file of results."""

from mmengine.dist import master_only
from mmengine.hooks import LoggerHook
from mmengine.runner import Runner

from mmcrack.registry import HOOKS


@HOOKS.register_module()
class MasterLoggerHook(LoggerHook):
    """A ``LoggerHook`` whose first rank alone writes the results of a test.

    MMEngine's lets every rank write them to the same file at once, and two that do so together
    leave no valid JSON. ``prepare_ranks`` puts this hook in its place.
    """

    @master_only
    def after_test_epoch(self, runner: Runner, metrics: dict[str, float] | None = None) -> None:
        """Log the results, and write them to ``<timestamp>.json``."""
        super().after_test_epoch(runner, metrics)
