"""Trainings compared by what they leave."""

import json

import torch

from mmcrack.engine.safe_checkpoints import load_file


def tensors(path):
    """Everything that a checkpoint holds, apart from times."""
    checkpoint = load_file(path)
    return {key: checkpoint.get(key) for key in (
        'state_dict', 'ema_state_dict', 'optimizer', 'param_schedulers')}  # fmt: skip


def assert_same(found, expected, where=''):
    assert type(found) is type(expected), where
    if isinstance(expected, torch.Tensor):
        assert torch.equal(found, expected), where
    elif isinstance(expected, dict):
        assert list(found) == list(expected), where
        for key, value in expected.items():
            assert_same(found[key], value, f'{where}.{key}')
    elif isinstance(expected, list | tuple):
        assert len(found) == len(expected), where
        for index, pair in enumerate(zip(found, expected, strict=True)):
            assert_same(*pair, f'{where}[{index}]')
    else:
        assert found == expected, where


def checkpoints(folder):
    return sorted(path.name for path in folder.rglob('*.pth') if not path.name.startswith('.'))


def assert_equal_trainings(work_dir, expected):
    assert checkpoints(work_dir) == checkpoints(expected)
    for name in checkpoints(expected):
        assert_same(tensors(work_dir / name), tensors(expected / name))
    assert json.loads((work_dir / 'training.json').read_text())['finished']
    assert not list(work_dir.rglob('*.partial'))
