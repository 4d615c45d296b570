"""Every config in configs/ builds: its model, data sets, metrics, hooks and schedules."""

from functools import partial
from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.evaluator import Evaluator
from mmengine.registry import (
    DATASETS,
    HOOKS,
    MODELS,
    TRANSFORMS,
    VISUALIZERS,
    init_default_scope,
)

from mmcrack.engine.prerequisites import collect_jobs

CONFIGS = [path for path in sorted(Path('configs').rglob('*.py')) if '_base_' not in path.parts]
LABELLERS = [path for path in CONFIGS if path.stem.startswith('labels')]
JOBS = [path for path in CONFIGS if path not in LABELLERS]


def load(path: Path) -> Config:
    cfg = Config.fromfile(path)
    init_default_scope(cfg.default_scope)
    return cfg


def without_weights(node):
    """The same config without files of weights, which are not at hand here."""
    if isinstance(node, dict):
        return {
            key: None if key in ('init_cfg', 'pretrained') else without_weights(value)
            for key, value in node.items()
        }
    return [without_weights(item) for item in node] if isinstance(node, list) else node


def test_there_are_configs():
    assert len(CONFIGS) > 20


@pytest.mark.parametrize('path', JOBS, ids=str)
def test_model_builds(path, monkeypatch):
    cfg = load(path)
    # mmpretrain's ResNet reads its drop rates from a tensor, which must have values
    monkeypatch.setattr(torch, 'linspace', partial(torch.linspace, device='cpu'))
    with torch.device('meta'):  # no memory, no time, whatever the size
        model = MODELS.build(without_weights(cfg.model.to_dict()))
    trained = sum(parameter.numel() for parameter in model.parameters())
    assert (trained > 0) == ('zero-shot' not in path.stem)


@pytest.mark.parametrize('path', JOBS, ids=str)
def test_data_and_evaluation_build(path):
    cfg = load(path)
    splits = [split for split in ('train', 'val', 'test') if cfg.get(f'{split}_dataloader')]
    for split in splits:
        dataset = dict(cfg[f'{split}_dataloader'].dataset)
        assert DATASETS.build({**dataset, 'lazy_init': True}).metainfo['classes']
    for split in {'val', 'test'} & set(splits):
        evaluator = cfg[f'{split}_evaluator']
        Evaluator(evaluator if isinstance(evaluator, list) else [evaluator])


@pytest.mark.parametrize('path', CONFIGS, ids=str)
def test_hooks_and_prerequisites_are_whole(path):
    cfg = load(path)
    VISUALIZERS.build({**cfg.visualizer, 'name': str(path), 'vis_backends': None})
    for hook in [*cfg.get('default_hooks', {}).values(), *cfg.get('custom_hooks', [])]:
        HOOKS.build(hook)
    collect_jobs(cfg, str(path))


@pytest.mark.parametrize('path', LABELLERS, ids=str)
def test_labellers_that_need_no_weights_build(path):
    for step in load(path).label_pipeline:
        if 'checkpoint' not in str(step):
            TRANSFORMS.build(step)
