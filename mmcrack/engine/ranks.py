"""Distributed ranks, on GPUs and on CPUs."""

import atexit
import gc
import importlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import torch
from mmengine.config import Config
from mmengine.dist import init_dist, is_distributed

_SYNC_BN = ('SyncBN', 'MMSyncBN', 'mmcv.SyncBN', 'mmengine.SyncBN')


def prepare_ranks(cfg: Config) -> None:
    """Start the process group of ``cfg.launcher`` and, without CUDA, fit the config to CPU ranks.

    MMEngine assumes GPUs: it selects a CUDA device on start, wraps the model for one, and takes
    NCCL. On CPU ranks the backend is gloo, the wrapper gets no device, and SyncBN, which exists
    for GPUs alone, becomes BN. The process group outlives a Runner, so that the jobs of one
    process share it; a second call only fits the config. On all ranks, a ``LoggerHook`` becomes a
    :class:`~mmcrack.engine.hooks.MasterLoggerHook`.

    Args:
        cfg: a Runner's config with ``launcher`` set; changed in place.
    """
    if cfg.get('launcher', 'none') == 'none':
        return
    _log_results_once(cfg)
    on_cpu = not torch.cuda.is_available()
    if on_cpu:
        fit_to_cpu_ranks(cfg)
    if not is_distributed():
        dist_cfg = dict(cfg.get('env_cfg', {}).get('dist_cfg', {'backend': 'nccl'}))
        _start(cfg.launcher, dist_cfg, on_cpu=on_cpu)


def fit_to_cpu_ranks(cfg: Config) -> None:
    """Set gloo, a wrapper without devices, and BN in place of SyncBN, in place."""
    env_cfg = cfg.get('env_cfg') or {}
    cfg.env_cfg = {**env_cfg, 'dist_cfg': {**(env_cfg.get('dist_cfg') or {}), 'backend': 'gloo'}}
    wrapper = cfg.get('model_wrapper_cfg') or {
        'type': 'MMDistributedDataParallel',
        'broadcast_buffers': False,
        'find_unused_parameters': cfg.get('find_unused_parameters', False),
    }
    cfg.model_wrapper_cfg = {**wrapper, 'device_ids': None}
    cfg.sync_bn = None
    _sync_bn_to_bn(cfg.get('model'))


def _log_results_once(cfg: Config) -> None:
    hooks = cfg.get('default_hooks') or {}
    logger = hooks.get('logger', {'type': 'LoggerHook'})
    if logger and logger['type'] == 'LoggerHook':
        cfg.default_hooks = {**hooks, 'logger': {**logger, 'type': 'mmcrack.MasterLoggerHook'}}


def _sync_bn_to_bn(node: Any) -> None:
    if isinstance(node, dict):
        if node.get('type') in _SYNC_BN:
            node['type'] = 'BN'
        node = list(node.values())
    if isinstance(node, list | tuple):
        for child in node:
            _sync_bn_to_bn(child)


def _start(launcher: str, dist_cfg: dict, *, on_cpu: bool) -> None:
    if launcher == 'pytorch' and 'RANK' not in os.environ:
        raise ValueError(
            "launcher 'pytorch' needs the environment that torchrun sets: start this script "
            'through tools/dist_train.sh or tools/dist_test.sh'
        )
    if on_cpu:
        # its functions have the group that exists at their import as default, and would hold it
        importlib.import_module('torch.distributed.nn')
        atexit.register(_end)
    with _without_device_selection() if on_cpu else nullcontext():
        init_dist(launcher, **dist_cfg)


def _end() -> None:
    """Join gloo's threads, which is what a process group does when its last reference goes.

    A thread that drops a collective's tensors while the interpreter ends aborts the rank, although
    its work is done. A wrapped model refers to the group as well; it is collected first, so that
    the last reference is Python's, which waits without holding the interpreter's lock.
    """
    if torch.distributed.is_initialized():
        group = torch.distributed.group.WORLD
        torch.distributed.destroy_process_group()
        gc.collect()
        del group


@contextmanager
def _without_device_selection() -> Iterator[None]:
    """CPU builds of torch have no device to select, which MMEngine does on every start."""
    select = torch.cuda.set_device
    torch.cuda.set_device = lambda device: None
    try:
        yield
    finally:
        torch.cuda.set_device = select
