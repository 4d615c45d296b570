"""Sub-categories: clusters within each class, learned besides the class."""

import numpy as np
import pytest
import torch
from mmengine.config import Config
from mmengine.registry import DefaultScope
from mmpretrain.structures import DataSample
from PIL import Image
from scipy.optimize import linear_sum_assignment

from mmcrack.engine.hooks.sub_category_hook import sub_categories
from mmcrack.engine.training import build_runner
from mmcrack.models.cls_heads import SubCategoryClsHead


def test_clusters_lie_within_their_class_and_are_those_of_the_data():
    rng = np.random.default_rng(0)
    centers = rng.normal(0, 20, (6, 5))
    truth = rng.permutation(np.repeat(np.arange(6), 30))
    features = centers[truth] + rng.normal(0, 0.5, (180, 5))
    classes = truth // 3
    labels = sub_categories(features, classes, 3)
    np.testing.assert_array_equal(labels // 3, classes)
    table = np.zeros((6, 6))
    np.add.at(table, (truth, labels), 1)
    assert table[linear_sum_assignment(-table)].sum() == 180


def test_a_class_with_few_samples_has_fewer_clusters():
    labels = sub_categories(np.eye(5), np.array([0, 0, 0, 0, 1]), 3)
    assert labels[-1] == 3
    assert set(labels[:4]) <= {0, 1, 2}


@pytest.fixture
def head():
    torch.manual_seed(0)
    return SubCategoryClsHead(
        num_classes=2, in_channels=4, sub_categories=3, sub_weight=0.5, topk=(1,)
    )


def samples(*indices):
    found = [DataSample(metainfo=dict(sample_idx=index)) for index in indices]
    return [sample.set_gt_label(index % 2) for sample, index in zip(found, indices, strict=True)]


def test_the_loss_is_the_papers_sum_and_the_logits_are_the_classes(head):
    features = (torch.randn(3, 4),)
    head.set_sub_labels(torch.tensor([2, 4, 0, 5]))
    losses = head.loss(features, samples(3, 0, 1))
    logits = head.sub_fc(features[0]).log_softmax(1)
    expected = -(logits[0, 5] + logits[1, 2] + logits[2, 4]) / 3
    torch.testing.assert_close(losses['loss_sub'], 0.5 * expected)
    assert losses.keys() == {'loss', 'loss_sub'}
    assert head(features).shape == (3, 2)


def test_a_head_without_sub_categories_says_what_is_missing(head):
    with pytest.raises(RuntimeError, match=r'mmcrack\.SubCategoryHook'):
        head.loss((torch.randn(1, 4),), samples(0))


@pytest.fixture
def config(tmp_path):
    for folder, level in dict(Positive=60, Negative=180).items():
        (tmp_path / 'patches' / folder).mkdir(parents=True)
        for index in range(6):
            gray = np.full((32, 32, 3), level + 3 * index, np.uint8)
            Image.fromarray(gray).save(tmp_path / 'patches' / folder / f'{index}.png')
    cfg = Config.fromfile('configs/gpll/resnet18_deepcrack_sub-category_small.py')
    loader = dict(num_workers=0, persistent_workers=False)
    root = dict(data_root=str(tmp_path / 'patches'))
    cfg.merge_from_dict(
        dict(
            model=dict(
                backbone=dict(stem_channels=4, base_channels=4),
                head=dict(in_channels=32, sub_categories=2),
            ),
            train_dataloader=dict(**loader, batch_size=4, dataset=root),
            work_dir=str(tmp_path / 'run'),
            load_from=None,
            train_cfg=dict(max_epochs=2, val_interval=10),
        )
    )
    cfg.custom_hooks[0].dataloader.update(num_workers=0)
    cfg.custom_hooks[0].dataloader.dataset.update(root)
    for part in ('val', 'test'):
        for key in ('dataloader', 'cfg', 'evaluator'):
            cfg.pop(f'{part}_{key}')
    cfg.pop('visualizer')
    return cfg


def test_a_training_clusters_before_each_round(config):
    with DefaultScope.overwrite_default_scope('mmpretrain'):
        runner = build_runner(config)
        seen = []
        model = runner.model
        given = model.head.set_sub_labels
        model.head.set_sub_labels = lambda labels: (seen.append(labels), given(labels))
        runner.train()
    assert len(seen) == 2
    classes = torch.from_numpy(runner.train_dataloader.dataset.get_gt_labels())
    for labels in seen:
        torch.testing.assert_close(labels // 2, classes)
    assert model.training


def test_another_head_is_refused(config):
    config.model.head = dict(type='LinearClsHead', num_classes=2, in_channels=32, topk=(1,))
    with DefaultScope.overwrite_default_scope('mmpretrain'):
        runner = build_runner(config)
        with pytest.raises(ValueError, match='SubCategoryClsHead'):
            runner.train()
