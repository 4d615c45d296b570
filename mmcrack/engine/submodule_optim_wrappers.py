"""An optimizer for each part of a model."""

from mmengine.dist import get_world_size
from mmengine.optim import OptimWrapperDict, build_optim_wrapper
from torch import nn

from mmcrack.registry import OPTIM_WRAPPER_CONSTRUCTORS


@OPTIM_WRAPPER_CONSTRUCTORS.register_module()
class SubmoduleOptimWrapperConstructor:
    """Builds MMEngine's ``OptimWrapperDict`` for a model that trains its parts in turn.

    In a config ``optim_wrapper=dict(constructor='mmcrack.SubmoduleOptimWrapperConstructor',
    generator=dict(optimizer=…), discriminator=dict(optimizer=…))``. An entry that is named as a
    submodule of the model has that one's parameters; the one entry that is not has all others.

    Args:
        optim_wrapper_cfg: The entries, each MMEngine's config of an ``OptimWrapper``.
        paramwise_cfg: Not supported here; entries have their own.

    Raises:
        ValueError: the entries do not divide the model, or there are several processes.
    """

    def __init__(self, optim_wrapper_cfg: dict, paramwise_cfg: dict | None = None) -> None:
        strays = [key for key, value in optim_wrapper_cfg.items() if 'optimizer' not in value]
        if strays or paramwise_cfg:
            raise ValueError(
                f'optim_wrapper: {", ".join(strays) or "paramwise_cfg"}: expected entries of '
                'parts of the model, each dict(optimizer=…) with paramwise_cfg or clip_grad at will'
            )
        if get_world_size() > 1:
            raise ValueError(
                'optim_wrapper.constructor: several optimizers train in one process; start one'
            )
        self.entries = optim_wrapper_cfg

    def __call__(self, model: nn.Module) -> OptimWrapperDict:
        """The wrappers of a model."""
        parts = dict(model.named_children())
        named = [name for name in self.entries if name in parts]
        rest = [name for name in self.entries if name not in parts]
        if not named or len(rest) != 1:
            raise ValueError(
                f'optim_wrapper: {", ".join(self.entries)}: all but one must be parts of the '
                f'model, which are {", ".join(parts)}'
            )
        others = {name: part for name, part in parts.items() if name not in named}
        groups = {**{name: parts[name] for name in named}, rest[0]: nn.ModuleDict(others)}
        return OptimWrapperDict(
            **{
                name: build_optim_wrapper(groups[name], dict(type='OptimWrapper') | entry)
                for name, entry in self.entries.items()
            }
        )
