import copy

import torch
import toy
from mmengine.config import Config
from mmengine.hooks import EMAHook

from mmcrack.engine.training import build_runner

HOOKS = """
custom_hooks = [dict(type='mmcrack.ChannelsLastHook'), dict(type='EMAHook', momentum=0.2)]
randomness = dict(seed=0)
"""


def are_channels_last(model):
    return [
        parameter.is_contiguous(memory_format=torch.channels_last)
        for parameter in model.parameters()
        if parameter.dim() == 4 and min(parameter.shape[1:]) > 1  # else both orders are one
    ]


def test_weights_and_their_mean_stay_channels_last_and_mean_the_same(tmp_path):
    cfg = Config.fromfile(toy.write_config(tmp_path, extra=HOOKS))
    cfg.work_dir = str(tmp_path / 'work')
    runner = build_runner(cfg)
    usual = copy.deepcopy(runner.model)
    assert not any(are_channels_last(usual))
    runner.call_hook('before_run')
    image = torch.rand(2, 3, 32, 32)
    torch.testing.assert_close(
        runner.model.eval()(image), usual.eval()(image), rtol=1e-4, atol=1e-5
    )
    runner.train()
    (mean,) = (hook.ema_model.module for hook in runner.hooks if isinstance(hook, EMAHook))
    for model in (runner.model, mean):
        orders = are_channels_last(model)
        assert orders
        assert all(orders)
