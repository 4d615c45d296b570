from pathlib import Path

import pytest
from mmengine.config import Config

from mmcrack.engine.preflight import check_files, check_parts, check_types


@pytest.fixture
def cfg(project):
    return Config.fromfile('toy.py')


def with_pretrained(cfg, checkpoint):
    cfg.model.backbone.init_cfg = {'type': 'Pretrained', 'checkpoint': checkpoint}
    return cfg


def test_complete_config_passes(cfg):
    check_types(cfg)
    check_files(cfg)
    check_parts(cfg)


def test_missing_checkpoint_is_named_with_its_key(cfg):
    with pytest.raises(FileNotFoundError, match=r'model\.backbone\.init_cfg\.checkpoint.*weights'):
        check_files(with_pretrained(cfg, 'weights.pth'))


def test_missing_sam_says_where_to_get_it_and_how_to_go_on(cfg):
    with pytest.raises(FileNotFoundError) as caught:
        check_files(with_pretrained(cfg, 'checkpoints/sam_vit_b_01ec64.pth'))
    for part in ('https://', 'ec2df62732614e57', 'model.backbone.init_cfg=None'):
        assert part in str(caught.value)


def test_product_of_a_prerequisite_may_be_missing(cfg):
    with_pretrained(cfg, './work_dirs/prior/final.pth')
    check_files(cfg, [Path('work_dirs/prior/final.pth')])


def test_urls_and_architecture_names_are_no_files(cfg):
    check_files(with_pretrained(cfg, 'https://example.org/weights.pth'))
    check_files(with_pretrained(cfg, 'openai'))


def test_unregistered_type_is_named_with_its_path(cfg):
    cfg.train_dataloader.dataset.pipeline[1].type = 'LoadAnotations'
    with pytest.raises(KeyError, match=r'dataset\.pipeline\.1\.type: LoadAnotations'):
        check_types(cfg)


def test_wrong_argument_is_found_by_building(cfg):
    cfg.model.backbone.depht = 3
    with pytest.raises(TypeError, match='depht'):
        check_parts(cfg)


def test_data_set_on_labels_to_be_made_is_left_out(cfg):
    cfg.train_dataloader.dataset.type = 'mmcrack.NoSuchDataset'
    cfg.train_dataloader.dataset.data_prefix.seg_map_path = '../work_dirs/labels'
    cfg.train_dataloader.dataset.data_root = 'data'
    check_parts(cfg, [Path('work_dirs/labels')])
    with pytest.raises(KeyError, match='NoSuchDataset'):
        check_parts(cfg, [Path('work_dirs/other')])


def test_data_set_on_a_folder_of_which_a_part_is_to_be_made_is_left_out(cfg):
    cfg.train_dataloader.dataset.type = 'mmcrack.NoSuchDataset'
    cfg.train_dataloader.dataset.data_prefix.seg_map_path = 'work_dirs/labels'
    check_parts(cfg, [Path('work_dirs/labels/train'), Path('work_dirs/labels/test')])
    with pytest.raises(KeyError, match='NoSuchDataset'):
        check_parts(cfg, [Path('work_dirs/other')])


def test_missing_data_folder_is_named(cfg):
    cfg.val_dataloader.dataset.data_root = 'data/nowhere'
    with pytest.raises(FileNotFoundError, match=r'val_dataloader.*data_root: .*data/nowhere'):
        check_files(cfg)


def test_data_of_the_test_may_be_missing_when_training(cfg):
    cfg.test_dataloader = {'dataset': {'data_root': 'data/nowhere'}}
    check_files(cfg)
