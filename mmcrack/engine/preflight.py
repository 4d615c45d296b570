"""Checks that cost seconds, made before work that costs hours."""

import copy
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from mmengine.config import Config
from mmengine.dist import get_rank
from mmengine.registry import DATASETS, METRICS, MODELS, DefaultScope, Registry
from torch import nn

from mmcrack.models.backbones.sam_checkpoints import SAM_CHECKPOINTS, missing_checkpoint_message
from mmcrack.models.layers.clip_weights import CLIP_CHECKPOINTS, missing_file_message

from .config_keys import registered

TRAINING_SPLITS = ('train', 'val')
_CHECKPOINT_KEYS = ('checkpoint', 'load_from', 'pretrained')
_SECTIONS = (
    'model',
    'train_dataloader',
    'val_dataloader',
    'test_dataloader',
    'val_evaluator',
    'test_evaluator',
    'custom_hooks',
    'label_pipeline',
)


def check_types(cfg: Config) -> None:
    """Check that every ``type`` in a config is registered.

    Raises:
        KeyError: one is not; names its path in the config.
    """
    scope = cfg.get('default_scope') or 'mmengine'
    known: set[str] = set()
    for path, key, value in _settings(cfg):
        if key == 'type' and isinstance(value, str) and value not in known:
            if not registered(value, scope):
                raise KeyError(f'{path}: {value} is not registered in scope {scope}')
            known.add(value)


def check_files(cfg: Config, products: Iterable[Path] = ()) -> None:
    """Check that the checkpoints and data folders that a training reads are there.

    Args:
        cfg: the config.
        products: files and folders that a prerequisite makes, so may be missing yet.

    Raises:
        FileNotFoundError: one is missing; names the key and the file and, for weights that
            mmcrack knows, where to get them.
    """
    made = _normal(products)
    read = tuple(f'{split}_dataloader' for split in TRAINING_SPLITS)
    for path, key, value in _settings(cfg):
        if not isinstance(value, str) or '://' in value or _within(value, made):
            continue
        if key in _CHECKPOINT_KEYS and _is_path(value):
            require_checkpoint(path, value)
        if key == 'data_root' and value and path.startswith(read):
            _require_folder(path, value)


def check_parts(cfg: Config, products: Iterable[Path] = ()) -> None:
    """Build what a training needs, model, data sets and metrics, once, and drop it.

    What reads a product that is not made yet is left out.

    Raises:
        Exception: whatever the part itself raises, for instance for a data folder without pairs.
    """
    if get_rank() != 0:
        return
    made = _normal(products)
    parts = _dicts(MODELS, cfg.get('model')) + _dicts(METRICS, cfg.get('val_evaluator'))
    for split in TRAINING_SPLITS:
        parts += _dicts(DATASETS, (cfg.get(f'{split}_dataloader') or {}).get('dataset'))
    with DefaultScope.overwrite_default_scope(cfg.get('default_scope') or 'mmengine'):
        for index, (registry, part) in enumerate(parts):
            if (registry, part) not in parts[:index] and not _reads(part, made):
                registry.build(copy.deepcopy(part))


def _dicts(registry: Registry, parts: Any) -> list[tuple[Registry, dict]]:
    parts = parts if isinstance(parts, list | tuple) else [parts]
    return [(registry, part) for part in parts if isinstance(part, dict)]


def _normal(products: Iterable[Path]) -> set[Path]:
    return {Path(os.path.normpath(product)) for product in products}


def _within(path: str, products: set[Path]) -> bool:
    normal = Path(os.path.normpath(path))
    return bool(products & {normal, *normal.parents})


def _reads(part: dict, products: set[Path]) -> bool:
    """Whether a setting of the part, by itself or below its ``data_root``, names a product.

    A folder of data names those within it too: of a split, several folders are read as one.
    """
    texts = [setting for setting in _walk(part, '') if setting[2] and type(setting[2]) is str]
    roots = ['', *(text for _, key, text in texts if key == 'data_root')]
    around = {folder for product in products for folder in product.parents}
    return any(
        _within(name, products)
        or ('.data_prefix.' in path and Path(os.path.normpath(name)) in around)
        for path, _, text in texts
        for name in (os.path.join(root, text) for root in roots)
    )


def _settings(cfg: Config) -> Iterator[tuple[str, str, Any]]:
    for section in _SECTIONS:
        if cfg.get(section) is not None:
            yield from _walk(cfg[section], section)
    yield 'load_from', 'load_from', cfg.get('load_from')


def _walk(node: Any, path: str) -> Iterator[tuple[str, str, Any]]:
    """Every setting below a node as (dotted path, key, value)."""
    if isinstance(node, dict):
        items = node.items()
    elif isinstance(node, list | tuple):
        items = enumerate(node)
    else:
        return
    for key, value in items:
        yield f'{path}.{key}', key, value
        yield from _walk(value, f'{path}.{key}')


def _is_path(value: str) -> bool:
    return '/' in value or value.endswith(('.pth', '.pt', '.ckpt', '.safetensors'))


def require_checkpoint(key: str, file: str) -> None:
    """Raise FileNotFoundError, naming the key of the config, if a checkpoint is missing."""
    if Path(file).expanduser().is_file():
        return
    if Path(file).name in {checkpoint.name for checkpoint in SAM_CHECKPOINTS.values()}:
        raise FileNotFoundError(f'{key}: {missing_checkpoint_message(file)}')
    if Path(file).name in {checkpoint.name for checkpoint in CLIP_CHECKPOINTS.values()}:
        raise FileNotFoundError(f'{key}: {missing_file_message(file)}')
    raise FileNotFoundError(f'{key}: there is no checkpoint {file}')


def require_untrained(model: nn.Module, config: str) -> None:
    """Raise ValueError if a model that is to be tested without a checkpoint has trained weights."""
    trained = [name for name, parameter in model.named_parameters() if parameter.requires_grad]
    if trained:
        raise ValueError(
            f'{config}: its model trains {len(trained)} tensors ({trained[0]}, …); give the '
            'checkpoint to test'
        )


def _require_folder(key: str, folder: str) -> None:
    if not Path(folder).expanduser().is_dir():
        raise FileNotFoundError(
            f'{key}: there is no folder {folder}; put the data set there, or link it'
        )
