import math

import pytest
import torch
from mmengine.registry import init_default_scope
from mmpretrain.structures import DataSample

import mmcrack.models  # noqa: F401
from mmcrack.registry import MODELS

CLASSES, FEATURES = 3, 6


def build(name, **options):
    init_default_scope('mmpretrain')
    return MODELS.build(
        dict(type=f'mmcrack.{name}', num_classes=CLASSES, in_channels=FEATURES, **options)
    )


def loss_of(head, features, labels):
    samples = [DataSample().set_gt_label(label) for label in labels]
    return head.loss((features,), samples)['loss']


def cosines(head, features):
    weight = head.norm_product.weight
    return [[torch.cosine_similarity(a, w, dim=0).item() for w in weight] for a in features]


@pytest.fixture
def batch():
    return torch.randn(8, FEATURES), [i % CLASSES for i in range(8)]


def test_cosface_takes_the_margin_from_the_true_cosine(batch):
    head = build('CosFaceClsHead', scale=5.0, margins=0.3)
    expected = []
    for s, y in zip(cosines(head, batch[0]), batch[1], strict=True):
        terms = [math.exp(5 * (s[j] - 0.3 * (j == y))) for j in range(CLASSES)]
        expected.append(-math.log(terms[y] / sum(terms)))
    assert loss_of(head, *batch).item() == pytest.approx(sum(expected) / 8, rel=1e-5)


def test_circle_loss_is_its_equation(batch):
    gamma, m = 4.0, 0.25
    head = build('CircleClsHead', scale=gamma, margin=m)
    expected = []
    for s, y in zip(cosines(head, batch[0]), batch[1], strict=True):
        positive = math.exp(-gamma * max(0, 1 + m - s[y]) * (s[y] - (1 - m)))
        negative = sum(
            math.exp(gamma * max(0, s[j] + m) * (s[j] - m)) for j in range(CLASSES) if j != y
        )
        expected.append(math.log(1 + negative * positive))
    assert loss_of(head, *batch).item() == pytest.approx(sum(expected) / 8, rel=1e-5)


@pytest.mark.parametrize('name', ['CircleClsHead', 'CosFaceClsHead'])
def test_prediction_has_no_margin(name, batch):
    head = build(name)
    best = torch.tensor(cosines(head, batch[0])).argmax(1).tolist()
    assert [sample.pred_label.item() for sample in head.predict((batch[0],))] == best
