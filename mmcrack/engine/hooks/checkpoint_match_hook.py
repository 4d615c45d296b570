"""Refuse a checkpoint of another model; MMEngine only warns."""

from collections.abc import Mapping
from typing import Any

import torch
from mmengine.hooks import Hook
from mmengine.runner import Runner, find_latest_checkpoint
from torch import nn

from mmcrack.registry import HOOKS
from mmcrack.utils.unwrapping import unwrapped

_SHOWN = 5


@HOOKS.register_module()
class CheckpointMatchHook(Hook):
    """Check that a checkpoint that the Runner loads is one of its model.

    Tensors that only the checkpoint has are left to MMEngine's warning: nothing in the model
    depends on them.

    Args:
        max_missing: share of the model's tensors that the checkpoint may lack or hold in another
            shape. 0 for a test or a resumed training; fine-tuning with a new head needs more.
    """

    priority = 'VERY_LOW'  # after hooks that exchange the weights, such as EMAHook

    def __init__(self, max_missing: float = 0.0) -> None:
        super().__init__()
        self.max_missing = max_missing

    def after_load_checkpoint(self, runner: Runner, checkpoint: Any) -> None:
        """Check.

        Raises:
            ValueError: too much is missing; names the file and the first tensors.
        """
        name = runner._load_from or find_latest_checkpoint(runner.work_dir)
        if not isinstance(checkpoint, Mapping):
            raise ValueError(f'{name}: holds a {type(checkpoint).__name__}, not a checkpoint')
        state_dict = checkpoint.get('state_dict', checkpoint)
        require_match(runner.model, state_dict, name, self.max_missing)


def require_match(
    model: nn.Module, state_dict: Mapping[str, torch.Tensor], name: str, max_missing: float = 0.0
) -> None:
    """Load a checkpoint's tensors, and raise unless they cover the model's.

    Modules that read their part in a way of their own (a frozen base kept elsewhere, a position
    table of another size) decide themselves what is missing.

    Args:
        model: the model, wrapped or not.
        state_dict: the checkpoint's tensors by name.
        name: the checkpoint's file, for the message.
        max_missing: share of the model's tensors that may be missing or of another shape.

    Raises:
        ValueError: more than that is missing.
    """
    model = unwrapped(model)
    tensors_by_name = {key.removeprefix('module.'): value for key, value in state_dict.items()}
    try:
        problems = _load(tensors_by_name, getattr(state_dict, '_metadata', {}), model)
    except ValueError as error:
        raise ValueError(f'{name}: {error}') from error
    tensors = len({*dict(model.named_parameters()), *model.state_dict()})
    if len(problems) > max_missing * tensors:
        listed = '\n  '.join(problems[:_SHOWN])
        more = f'\n  and {len(problems) - _SHOWN} more' if len(problems) > _SHOWN else ''
        raise ValueError(
            f'{name}: a checkpoint of another model. Of {tensors} tensors, {len(problems)} do not '
            f'match:\n  {listed}{more}\nGive the checkpoint that was trained with this config, or '
            'the config it was trained with.'
        )


def _load(state_dict: dict, metadata: Mapping, module: nn.Module, prefix: str = '') -> list[str]:
    """Load as ``load_state_dict`` does, and list what is missing or of another shape."""
    missing: list[str] = []
    errors: list[str] = []
    own = {key: value for key, value in state_dict.items() if key.startswith(prefix)}
    module._load_from_state_dict(
        own, prefix, metadata.get(prefix[:-1], {}), True, missing, [], errors
    )
    problems = [f'missing: {key}' for key in missing if 'num_batches_tracked' not in key] + errors
    for name, child in module.named_children():
        problems += _load(own, metadata, child, f'{prefix}{name}.')
    return problems
