"""Which keys a part of a config may hold, by what the Runner or a constructor accepts."""

import inspect
import re
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any, NamedTuple

from mmengine import registry as mmengine_registry
from mmengine.optim import OptimWrapper
from mmengine.registry import Registry
from mmengine.runner import LogProcessor, Runner, set_random_seed
from mmengine.runner.loops import EpochBasedTrainLoop, IterBasedTrainLoop, TestLoop, ValLoop
from mmengine.utils.dl_utils import set_multi_processing
from torch.utils.data import DataLoader

# read by Runner.from_cfg, by the Runner from its config, by the scripts, or by Config itself
RUNNER_KEYS = frozenset(inspect.signature(Runner.__init__).parameters) - {'self', 'cfg'} | {
    'activation_checkpointing',
    'compile',
    'custom_imports',
    'efficient_conv_bn_eval',
    'find_unused_parameters',
    'label_pipeline',
    'model_wrapper_cfg',
    'prerequisites',
    'runner_type',
    'sync_bn',
    'tta_model',
    'tta_pipeline',
}
_REGISTRIES = [value for value in vars(mmengine_registry).values() if isinstance(value, Registry)]


class AcceptedKeys(NamedTuple):
    """The keys of one dict of a config; ``closed`` where there can be no others."""

    names: frozenset[str]
    closed: bool = True


ANY = AcceptedKeys(frozenset(), closed=False)


def constructor_keys(part: Callable) -> AcceptedKeys:
    """The keyword arguments of a class or function.

    ``**kwargs`` is followed to the next constructor of the class's bases; where it leads to none,
    the keys are not closed.
    """
    if inspect.isclass(part):
        calls = [base.__dict__.get('__init__') for base in inspect.getmro(part)[:-1]]
    else:
        calls = [part]
    names: set[str] = set()
    for call in filter(None, calls):
        parameters = inspect.signature(call).parameters.values()
        names |= {p.name for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)}
        if not any(p.kind is p.VAR_KEYWORD for p in parameters):
            return AcceptedKeys(frozenset(names - {'self'}))
    return AcceptedKeys(frozenset(names - {'self'}), closed=False)


def registered(name: Any, scope: str) -> list[Callable]:
    """What the registries hold under a config's ``type``; the same name may be in several."""
    if not isinstance(name, str):
        return [name]
    if scope != 'mmengine':
        import_module(f'{scope}.registry')
    found = [registry.children.get(scope, registry).get(name) for registry in _REGISTRIES]
    return [part for part in found if part is not None]


def _keys_of(*parts: Callable, plus: Iterable[str] = ()) -> AcceptedKeys:
    return AcceptedKeys(frozenset(plus).union(*(constructor_keys(part).names for part in parts)))


def _keys(*names: str) -> AcceptedKeys:
    return AcceptedKeys(frozenset(names))


_LOADER = _keys_of(DataLoader, plus=['batch_sampler', 'dataset', 'num_batch_per_epoch', 'sampler'])
# what the consumers of these dicts take themselves, besides a constructor's arguments; the paths
# are those of a config, with list indices as they are
_CONSUMED = [
    (r'', AcceptedKeys(RUNNER_KEYS)),
    (r'randomness', _keys_of(set_random_seed)),
    (r'env_cfg', _keys('cudnn_benchmark', 'dist_cfg', 'mp_cfg', 'resource_limit')),
    (r'env_cfg\.mp_cfg', _keys_of(set_multi_processing)),
    (r'env_cfg\.dist_cfg', _keys('backend', 'init_backend', 'port', 'timeout')),
    (r'(train|val|test)_dataloader', _LOADER),
    (r'train_cfg', _keys_of(EpochBasedTrainLoop, IterBasedTrainLoop, plus=['by_epoch'])),
    (r'val_cfg', _keys_of(ValLoop)),
    (r'test_cfg', _keys_of(TestLoop)),
    (r'log_processor', _keys_of(LogProcessor)),
    (r'auto_scale_lr', _keys('base_batch_size', 'enable')),
    (r'custom_imports', _keys('allow_failed_imports', 'imports')),
    (r'optim_wrapper', _keys_of(OptimWrapper, plus=['constructor', 'paramwise_cfg'])),
    (r'optim_wrapper\.clip_grad', _keys('clip_value', 'max_norm', 'norm_type', 'type')),
    (r'param_scheduler\.\d+', _keys('convert_to_iter_based')),
    (r'(custom_hooks\.\d+|default_hooks\.\w+)', _keys('priority')),
    (r'(default_hooks|model_wrapper_cfg)', ANY),
    (r'prerequisites\.\d+', _keys('cfg_options')),
    (r'prerequisites\.\d+\.cfg_options(\..*)?', ANY),
    (r'model\.(.*\.)?(train|test)_cfg', _keys('crop_size', 'mode', 'stride')),
    (r'.*\.norm_cfg', _keys('requires_grad')),
    (r'.*\.act_cfg', _keys('inplace')),
    (r'.*\.(backend_args|data_prefix|metainfo|paramwise_cfg)(\..*)?', ANY),
]


def accepted_keys(path: str, node: dict, scope: str) -> AcceptedKeys:
    """The keys that may be added to one dict of a config.

    Args:
        path: dotted path of the dict, ``''`` for the config itself.
        node: the dict.
        scope: the config's ``default_scope``.

    Raises:
        KeyError: its ``type`` is registered nowhere.
    """
    found = [keys for pattern, keys in _CONSUMED if re.fullmatch(pattern, path)]
    if 'type' in node:
        parts = registered(node['type'], scope)
        if not parts:
            raise KeyError(f'{path}.type: {node["type"]} is not registered in scope {scope}')
        found += [constructor_keys(part) for part in parts]
    names = frozenset({'type'} if path else ()).union(*(keys.names for keys in found))
    return AcceptedKeys(names, closed=all(keys.closed for keys in found))
