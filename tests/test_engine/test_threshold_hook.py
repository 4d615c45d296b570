import math

import pytest
import torch
import toy
from mmengine.config import Config

from mmcrack.engine.safe_checkpoints import load_file
from mmcrack.engine.testing import build_test_runner
from mmcrack.engine.training import build_runner

BIAS = 'decode_head.conv_seg.bias'
ONE_LOGIT = """
model['decode_head'].update(
    out_channels=1,
    threshold=0.5,
    loss_decode=dict(type='mmcrack.SoftBCELoss', pos_weight=5),
)
train_cfg = dict(max_epochs=3, val_interval=1)
val_evaluator = dict(type='mmcrack.CrackMetric')
test_evaluator = val_evaluator
randomness = dict(seed=0)
"""
MEAN = "custom_hooks = [dict(type='EMAHook', momentum=0.2)]"
BOTH = "custom_hooks = [dict(type='EMAHook', momentum=0.2), dict(type='mmcrack.ThresholdHook')]"


def train(folder, hooks):
    """Train the toy with one logit; returns the config and its last checkpoint."""
    folder.mkdir()
    path = toy.write_config(folder, extra=ONE_LOGIT + hooks)
    cfg = Config.fromfile(path)
    cfg.work_dir = str(folder / 'work')
    build_runner(cfg).train()
    return path, folder / 'work/epoch_3.pth'


def scores(path, checkpoint):
    cfg = Config.fromfile(path)
    cfg.work_dir = str(checkpoint.parent / 'tested')
    return build_test_runner(cfg, str(path), str(checkpoint)).test()


def test_the_best_threshold_of_validation_becomes_a_half(tmp_path):
    path, plain = train(tmp_path / 'plain', MEAN)
    shifted_path, shifted = train(tmp_path / 'shifted', BOTH)
    before, after = scores(path, plain), scores(shifted_path, shifted)
    threshold = before['image/ODS_threshold']
    assert abs(threshold - 0.5) > 0.02  # else the test shows nothing
    logit = math.log(threshold / (1 - threshold))
    states = [load_file(file)['state_dict'] for file in (plain, shifted)]
    for name, value in states[0].items():
        expected = value - logit if name == BIAS else value
        torch.testing.assert_close(states[1][name], expected, rtol=1e-5, atol=1e-5)
    assert after['image/ODS_threshold'] == pytest.approx(0.5, abs=0.02)
    assert after['image/F1'] == pytest.approx(before['image/ODS'], abs=0.5)
    assert after['image/AP'] == pytest.approx(before['image/AP'], abs=0.5)


def test_what_it_needs_is_checked_before_training(tmp_path):
    wrong = "custom_hooks = [dict(type='mmcrack.ThresholdHook', bias='head.bias')]"
    with pytest.raises(ValueError, match=r'no parameter head\.bias'):
        train(tmp_path / 'a', wrong)
    no_validation = 'val_dataloader = val_evaluator = val_cfg = None\n'
    with pytest.raises(ValueError, match='needs a validation'):
        train(tmp_path / 'b', no_validation + BOTH)
