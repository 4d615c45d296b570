"""One test: the Runner of a model that is known to be the checkpoint's."""

from mmengine.config import Config
from mmengine.runner import Runner

from .preflight import check_types, require_checkpoint, require_untrained
from .ranks import prepare_ranks
from .training import build_runner


def build_test_runner(
    cfg: Config, config: str, checkpoint: str | None, untrained: bool = False
) -> Runner:
    """Build a Runner to test with.

    Args:
        cfg: The complete config; fitted to the ranks, in place.
        config: Its file, for messages.
        checkpoint: Path or URL; None for a model that trains nothing.
        untrained: Without a checkpoint, take any model, with the weights that it starts with.

    Raises:
        FileNotFoundError: there is no such checkpoint.
        KeyError: a ``type`` of the config is not registered.
        ValueError: the model has trained weights, and no checkpoint is given.
    """
    cfg.load_from = checkpoint
    check_types(cfg)
    if checkpoint is not None:
        require_checkpoint('checkpoint', checkpoint)
    prepare_ranks(cfg)
    runner = build_runner(cfg)
    if checkpoint is None and not untrained:
        require_untrained(runner.model, config)
    return runner
