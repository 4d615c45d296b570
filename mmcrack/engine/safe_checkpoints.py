"""Checkpoints are read as data, never as code.

A PyTorch checkpoint is a pickle, and an unrestricted pickle runs what its author wrote into it.
MMEngine reads weights-only first, with an allow-list that lacks a few NumPy dtypes, and falls
back to the unrestricted reader with a warning. Here the allow-list is complete for what a Runner
saves, and the fallback is an error unless the user asks for it.
"""

import logging
import os
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from mmengine.logging import HistoryBuffer, print_log
from mmengine.runner import checkpoint as mmengine_checkpoint

OPT_OUT_VARIABLE = 'MMCRACK_UNSAFE_CHECKPOINTS'
_DTYPES = ('bool', 'int8', 'int16', 'int32', 'uint8', 'uint16', 'uint64', 'float16', 'float32')

_mmengine_load_file = mmengine_checkpoint._safe_torch_load
_mmengine_load_url = mmengine_checkpoint.load_url


class UnsafeCheckpointError(pickle.UnpicklingError):
    """A checkpoint holds more than tensors and the plain objects that a Runner saves."""


def safe_globals() -> list[Callable | tuple[Callable, str]]:
    """Everything besides tensors and built-in types that a Runner's own checkpoint refers to.

    MMEngine's list, with the NumPy dtypes that it lacks, with both names that NumPy 1 and 2 give
    their array builders, and with ``getattr`` replaced: logs refer to their statistics by it, and
    nothing else may.
    """
    allowed = [item for item in mmengine_checkpoint.get_torch_safe_globals() if item is not getattr]
    for core in ('numpy.core', 'numpy._core'):
        allowed += [
            (builder, f'{core}.multiarray.{builder.__name__}')
            for builder in (np.empty(0).__reduce__()[0], np.float32().__reduce__()[0])
        ]
    allowed += [type(np.dtype(name)) for name in _DTYPES]
    return [*allowed, (_statistic, 'builtins.getattr')]


def _statistic(owner: Any, name: str) -> Any:
    if owner is not HistoryBuffer:
        raise pickle.UnpicklingError(f'getattr on {owner!r}')
    return getattr(owner, name)


def unsafe_loading_allowed() -> bool:
    """Whether the user opted out by ``MMCRACK_UNSAFE_CHECKPOINTS=1``."""
    return os.environ.get(OPT_OUT_VARIABLE, '0') == '1'


def load_file(file: Any, map_location: Any = None, weights_only: bool | None = None) -> Any:
    """Read a checkpoint weights-only; stands in for MMEngine's reader of local files.

    Args:
        file: path or binary file object.
        map_location: as :func:`torch.load`.
        weights_only: accepted for MMEngine's signature; safe reading needs no permission, and
            unsafe reading has one way in, the environment variable.

    Raises:
        UnsafeCheckpointError: the file holds objects outside the allow-list, or is no checkpoint.
        OSError: the file is damaged.
    """
    return _read_safely(
        str(file), lambda: torch.load(file, map_location=map_location, weights_only=True),
        lambda: _mmengine_load_file(file, map_location=map_location),
    )  # fmt: skip


def load_url(url: str, *args: Any, **kwargs: Any) -> Any:
    """Download a checkpoint and read it weights-only; stands in for ``torch.hub``'s reader."""
    kwargs.pop('weights_only', None)
    return _read_safely(
        url, lambda: _mmengine_load_url(url, *args, weights_only=True, **kwargs),
        lambda: _mmengine_load_url(url, *args, **kwargs),
    )  # fmt: skip


def _read_safely(name: str, read: Callable[[], Any], read_unsafely: Callable[[], Any]) -> Any:
    try:
        with torch.serialization.safe_globals(safe_globals()):
            return _without_code(read())
    except (OSError, EOFError, RuntimeError) as error:
        raise OSError(f'{name}: cannot be read; it may be damaged or cut off ({error})') from error
    except pickle.UnpicklingError as error:
        if not unsafe_loading_allowed():
            raise UnsafeCheckpointError(_refusal(name, error)) from error
    print_log(
        f'{name}: read without protection, as {OPT_OUT_VARIABLE}=1 asks', 'current', logging.WARNING
    )
    return read_unsafely()


def _without_code(checkpoint: Any) -> Any:
    """Drop ``meta.config``, which old Runners wrote and ``Runner.resume`` would run as Python."""
    if isinstance(checkpoint, dict) and isinstance(checkpoint.get('meta'), dict):
        checkpoint['meta'].pop('config', None)
    return checkpoint


def _refusal(name: str, error: Exception) -> str:
    reason = str(error).split('Check the documentation')[0].strip()
    return (
        f'{name}: refused, because it is not a plain checkpoint and reading it could run code '
        f'that its author put there.\n{reason}\nOnly if you trust the file and its source, set '
        f'the environment variable {OPT_OUT_VARIABLE}=1 and run again.'
    )


def install() -> None:
    """Make every loader of MMEngine safe: local files, URLs and model zoos.

    ``CheckpointLoader.register_scheme`` would reach plain paths and http only, because the
    model-zoo schemes call these two functions directly; so the functions are replaced.
    """
    mmengine_checkpoint._safe_torch_load = load_file
    mmengine_checkpoint.load_url = load_url
