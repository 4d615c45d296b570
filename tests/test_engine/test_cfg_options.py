import pytest
from mmengine.config import Config

from mmcrack.engine.cfg_options import merge_options


@pytest.fixture
def cfg(project):
    return Config.fromfile('toy.py')


@pytest.mark.parametrize(
    'options',
    [
        {'model.backbone.init_cfg': None},
        {'model.decode_head.dropout_ratio': 0.5},  # FCNHead passes it on to its base class
        {'model.backbone.norm_cfg.requires_grad': False},
        {'model.test_cfg.mode': 'slide', 'model.test_cfg.crop_size': (32, 32)},
        {'train_dataloader.dataset.indices': 8, 'train_dataloader.drop_last': True},
        {'randomness.deterministic': True},
        {'default_hooks.ema.type': 'EMAHook', 'default_hooks.ema.momentum': 0.1},
        {'custom_hooks.0.priority': 'LOW'},
        {'optim_wrapper.optimizer.weight_decay': 0.1, 'optim_wrapper.accumulative_counts': 2},
        {'optim_wrapper.paramwise_cfg.custom_keys.backbone.lr_mult': 0.1},
        {'model_wrapper_cfg.static_graph': True},
        {'experiment_name': 'try'},
        {'prerequisites': [{'train': 'a.py', 'checkpoint': 'a.pth'}]},
    ],
    ids=lambda options: next(iter(options)),
)
def test_settings_that_exist_are_merged(cfg, options):
    expected = Config(cfg.to_dict())
    expected.merge_from_dict(options)
    merge_options(cfg, options)
    assert cfg.to_dict() == expected.to_dict()


@pytest.mark.parametrize(
    ('key', 'message'),
    [
        ('trian_cfg.max_epochs', 'did you mean train_cfg'),
        ('train_cfg.max_epoch', 'did you mean max_epochs'),
        ('model.backbone.base_chanels', 'did you mean base_channels'),
        ('model.decode_head.dropout_rate', 'did you mean dropout_ratio'),
        ('model.test_cfg.strid', 'did you mean stride'),
        ('train_dataloader.batchsize', 'did you mean batch_size'),
        ('randomness.sed', 'did you mean seed'),
        ('default_hooks.checkpoint.intervall', 'did you mean interval'),
        ('optim_wrapper.optimizer.foo', 'it takes amsgrad'),
        ('custom_hooks.3.priority', 'Index 3'),
    ],
)
def test_settings_that_do_not_exist_are_named(cfg, key, message):
    before = cfg.to_dict()
    with pytest.raises(KeyError, match=message) as caught:
        merge_options(cfg, {key: 1})
    assert key.split('.')[0] in str(caught.value)
    assert cfg.to_dict() == before


def test_variable_of_the_file_comes_with_what_it_was_used_for(cfg):
    with pytest.raises(ValueError, match=r'dataset: only a variable.*train_dataloader\.dataset'):
        merge_options(cfg, {'dataset': {}})


def test_unregistered_type_is_named(cfg):
    with pytest.raises(KeyError, match=r'model\.neck\.type: Nekc is not registered'):
        merge_options(cfg, {'model.neck.type': 'Nekc', 'model.neck.depth': 1})
