import os
import subprocess
import sys

import pytest
from mmengine.config import Config

from mmcrack.engine.hooks import MasterLoggerHook
from mmcrack.engine.ranks import fit_to_cpu_ranks, prepare_ranks


def test_cpu_ranks_get_gloo_no_device_and_no_sync_bn():
    norm = {'type': 'SyncBN', 'requires_grad': True}
    cfg = Config({
        'env_cfg': {'dist_cfg': {'backend': 'nccl', 'timeout': 60}},
        'model': {'backbone': {'norm_cfg': norm}, 'heads': [{'norm_cfg': norm}]},
        'find_unused_parameters': True,
    })  # fmt: skip
    fit_to_cpu_ranks(cfg)
    assert cfg.env_cfg.dist_cfg.to_dict() == {'backend': 'gloo', 'timeout': 60}
    assert cfg.model_wrapper_cfg.device_ids is None
    assert cfg.model_wrapper_cfg.find_unused_parameters
    expected = {'type': 'BN', 'requires_grad': True}
    assert cfg.model.backbone.norm_cfg == cfg.model.heads[0].norm_cfg == expected


def test_a_config_that_says_nothing_of_ranks_gets_gloo_too():
    cfg = Config({'model': {}})
    fit_to_cpu_ranks(cfg)
    assert cfg.env_cfg.dist_cfg.backend == 'gloo'


def test_wrapper_of_the_config_is_kept():
    cfg = Config({'model_wrapper_cfg': {'type': 'MMDistributedDataParallel', 'static_graph': True}})
    fit_to_cpu_ranks(cfg)
    assert cfg.model_wrapper_cfg.static_graph


def test_single_process_changes_nothing():
    cfg = Config({'launcher': 'none', 'model': {'norm_cfg': {'type': 'SyncBN'}}})
    prepare_ranks(cfg)
    assert cfg.to_dict() == {'launcher': 'none', 'model': {'norm_cfg': {'type': 'SyncBN'}}}


def test_missing_launcher_environment_is_explained(monkeypatch):
    monkeypatch.delenv('RANK', raising=False)
    with pytest.raises(ValueError, match='dist_train'):
        prepare_ranks(Config({'launcher': 'pytorch'}))


@pytest.mark.parametrize('given', [{}, {'logger': {'type': 'LoggerHook', 'interval': 3}}])
def test_ranks_log_results_once(monkeypatch, given):
    monkeypatch.setattr('mmcrack.engine.ranks.is_distributed', lambda: True)
    cfg = Config({'launcher': 'pytorch', 'default_hooks': given})
    prepare_ranks(cfg)
    expected = {**given.get('logger', {}), 'type': 'mmcrack.MasterLoggerHook'}
    assert cfg.default_hooks.logger.to_dict() == expected


@pytest.mark.parametrize('logger', [None, {'type': 'MyLoggerHook'}])
def test_loggers_of_ones_own_are_kept(monkeypatch, logger):
    monkeypatch.setattr('mmcrack.engine.ranks.is_distributed', lambda: True)
    cfg = Config({'launcher': 'pytorch', 'default_hooks': {'logger': logger}})
    prepare_ranks(cfg)
    assert cfg.default_hooks.logger == logger


@pytest.mark.parametrize('rank', [0, 1])
def test_results_of_a_test_are_the_first_ranks_to_write(monkeypatch, rank):
    written = []
    monkeypatch.setattr('mmengine.dist.utils.get_rank', lambda group=None: rank)
    monkeypatch.setattr(
        'mmengine.hooks.LoggerHook.after_test_epoch', lambda *args: written.append(args)
    )
    MasterLoggerHook().after_test_epoch(runner=None, metrics={'mIoU': 1.0})
    assert len(written) == (rank == 0)


def test_a_cpu_rank_ends_its_process_group_before_the_interpreter_ends():
    child = """
import atexit
import torch
atexit.register(lambda: print('at exit:', torch.distributed.is_initialized()))
import mmcrack
from mmengine.config import Config
from mmcrack.engine.ranks import prepare_ranks
prepare_ranks(Config(dict(launcher='pytorch')))
print('before:', torch.distributed.is_initialized())
"""
    group = dict(MASTER_ADDR='127.0.0.1', MASTER_PORT=0, WORLD_SIZE=1, RANK=0, LOCAL_RANK=0)
    environment = {name: str(value) for name, value in group.items()}
    done = subprocess.run(
        [sys.executable, '-c', child],
        env={**os.environ, **environment, 'CUDA_VISIBLE_DEVICES': ''},
        capture_output=True,
        text=True,
        check=True,
    )
    lines = done.stdout.splitlines()
    assert lines[-2:] == ['before: True', 'at exit: False']
