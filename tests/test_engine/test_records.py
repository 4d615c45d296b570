import pytest
from mmengine.config import Config

from mmcrack.engine.records import fingerprint, read_record, write_record


@pytest.fixture
def cfg(project):
    return Config.fromfile('toy.py')


@pytest.mark.parametrize(
    'options',
    [
        {'work_dir': 'elsewhere', 'launcher': 'pytorch', 'resume': True},
        {'train_dataloader.num_workers': 7, 'train_cfg.val_interval': 5},
        {'test_evaluator.iou_metrics': ['mDice'], 'log_level': 'ERROR'},
        {'default_hooks.logger.interval': 1},
    ],
)
def test_incidental_settings_do_not_change_it(cfg, options):
    before = fingerprint(cfg)
    cfg.merge_from_dict(options)
    assert fingerprint(cfg) == before


@pytest.mark.parametrize(
    'options',
    [
        {'optim_wrapper.optimizer.lr': 0.5},
        {'train_cfg.max_epochs': 7},
        {'train_dataloader.dataset.data_root': 'elsewhere'},
        {'model.backbone.base_channels': 5},
        {'randomness.seed': 3},
        {'load_from': 'other.pth'},
    ],
)
def test_decisive_settings_change_it(cfg, options):
    before = fingerprint(cfg)
    cfg.merge_from_dict(options)
    assert fingerprint(cfg) != before


def test_inputs_change_it(cfg):
    assert len({fingerprint(cfg), fingerprint(cfg, ['a']), fingerprint(cfg, ['b'])}) == 3


def test_functions_count_by_name():
    one, other = (Config({'label_pipeline': [{'type': part}]}) for part in (dict, list))
    assert fingerprint(one) == fingerprint(Config({'label_pipeline': [{'type': dict}]}))
    assert fingerprint(one) != fingerprint(other)


def test_record_is_read_back_and_damage_is_named(tmp_path):
    path = tmp_path / 'labels.json'
    assert read_record(path) is None
    write_record(path, {'finished': True})
    assert read_record(path) == {'finished': True}
    assert [p.name for p in tmp_path.iterdir()] == ['labels.json']
    path.write_text('{')
    with pytest.raises(ValueError, match=r'labels\.json: not a record'):
        read_record(path)
