"""What a product was made from, written beside it."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from mmengine.config import Config

from mmcrack.utils.atomic_files import write_atomically

# what decides the product: not where it is kept, how it is logged, or how it is tested
_DECISIVE = (
    'model',
    'data_preprocessor',
    'train_dataloader',
    'train_cfg',
    'optim_wrapper',
    'param_scheduler',
    'auto_scale_lr',
    'custom_hooks',
    'load_from',
    'randomness',
    'label_pipeline',
)
_INCIDENTAL = {
    'train_dataloader': ('num_workers', 'persistent_workers', 'pin_memory', 'prefetch_factor'),
    'train_cfg': ('val_begin', 'val_interval', 'dynamic_intervals'),
}


def fingerprint(cfg: Config, inputs: Iterable[str] = ()) -> str:
    """SHA-256 of what decides the product of a config, in hexadecimal.

    Work directory, launcher, logging, validation and the like do not change it.

    Args:
        cfg: the complete config.
        inputs: fingerprints of the products it is made from.
    """
    settings = cfg.to_dict()
    decisive: dict[str, Any] = {'inputs': list(inputs)}
    for key in _DECISIVE:
        value = settings.get(key)
        if key in _INCIDENTAL and isinstance(value, Mapping):
            value = {k: v for k, v in value.items() if k not in _INCIDENTAL[key]}
        if value is not None:
            decisive[key] = value
    text = json.dumps(decisive, sort_keys=True, default=_name)
    return hashlib.sha256(text.encode()).hexdigest()


def _name(value: Any) -> str:
    """Classes and functions by name: their ``repr`` may hold an address."""
    if hasattr(value, '__qualname__'):
        return f'{value.__module__}.{value.__qualname__}'
    return repr(value)


def read_record(path: Path) -> dict[str, Any] | None:
    """The record at ``path``; None where there is none.

    Raises:
        ValueError: the file is no record.
    """
    if not path.is_file():
        return None
    try:
        record = json.loads(path.read_text())
    except json.JSONDecodeError as error:
        raise ValueError(f'{path}: not a record of mmcrack ({error}); delete it') from error
    return record


def write_record(path: Path, record: Mapping[str, Any]) -> None:
    """Write the record at once or not at all."""
    write_atomically(path, json.dumps(record, indent=2) + '\n')
