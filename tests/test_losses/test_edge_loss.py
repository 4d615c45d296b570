import cv2
import numpy as np
import pytest
import torch
from mmengine.registry import MODELS

import mmcrack.models  # noqa: F401
from mmcrack.models.losses.edge_loss import target_edges


def edge_loss(logits, labels, **options):
    return MODELS.build(dict(type='mmcrack.EdgeLoss', **options))(logits, labels)


def by_opencv(target):
    kernel = np.ones((3, 3), np.uint8)
    return cv2.dilate(target, kernel) - cv2.erode(target, kernel)


@pytest.fixture
def soft():
    return torch.rand(3, 20, 30, generator=torch.Generator().manual_seed(0)) ** 3


def test_edges_are_opencv_s_dilation_minus_erosion(soft):
    hard = (soft > 0.6).float()
    for targets in (soft, hard):
        edges = target_edges(targets, torch.ones_like(targets, dtype=torch.bool))
        for edge, target in zip(edges, targets, strict=True):
            np.testing.assert_array_equal(edge.numpy(), by_opencv(target.numpy()))


def test_equals_the_formula(soft):
    hard = (soft > 0.6).float()
    logits = torch.randn(3, 1, 20, 30, generator=torch.Generator().manual_seed(1))
    expected = []
    for logit, target in zip(logits, hard, strict=True):
        edge = by_opencv(target.numpy()).astype(float)
        expected.append(1 - (logit[0].double().sigmoid().numpy() * edge).sum() / edge.sum())
    assert edge_loss(logits, hard).item() == pytest.approx(np.mean(expected), rel=1e-5)
    pair = torch.cat([torch.zeros_like(logits), logits], dim=1)
    torch.testing.assert_close(edge_loss(pair, hard), edge_loss(logits, hard))
    none = edge_loss(logits, hard, reduction='none')
    np.testing.assert_allclose(none, expected, rtol=1e-5)


def test_is_zero_without_edges_and_where_they_are_all_found():
    logits = torch.full((2, 1, 8, 8), -3.0, requires_grad=True)
    loss = edge_loss(logits, torch.stack([torch.zeros(8, 8), torch.ones(8, 8)]))
    loss.backward()
    assert loss == 0
    assert (logits.grad == 0).all()
    half = torch.zeros(1, 8, 8)
    half[..., 4:] = 1
    assert edge_loss(torch.full((1, 1, 8, 8), 40.0), half) == 0


def test_ignored_pixels_neither_have_nor_make_edges():
    label = torch.zeros(1, 8, 8)
    label[..., 4:] = -1  # padding: beside it there is no edge
    logits = torch.zeros(1, 1, 8, 8, requires_grad=True)
    assert edge_loss(logits, label) == 0
    label[:, :4, :4] = 1
    loss = edge_loss(logits, label)
    loss.backward()
    assert (logits.grad[..., 4:] == 0).all()
    assert (logits.grad[..., 3:5, :4] < 0).all()
    assert (logits.grad[..., :2, :4] == 0).all()
    assert loss.item() == pytest.approx(0.5)
    assert edge_loss(logits, torch.full((1, 8, 8), -1.0)) == 0


def test_gradient_asks_for_cracks_on_both_sides_of_the_border():
    label = torch.zeros(1, 1, 9)
    label[..., 4] = 1
    logits = torch.zeros(1, 1, 1, 9, requires_grad=True)
    edge_loss(logits, label).backward()
    assert (logits.grad.flatten() < 0).tolist() == [False] * 3 + [True] * 3 + [False] * 3


def test_weight_and_reduction():
    label = torch.zeros(2, 6, 6)
    label[0, :3] = 1
    loss = edge_loss(torch.zeros(2, 1, 6, 6), label, loss_weight=3.0)
    assert loss.item() == pytest.approx(3 * 0.25)  # the second image has no edge and counts
    with pytest.raises(ValueError, match='reduction'):
        edge_loss(torch.zeros(2, 1, 6, 6), label, reduction='median')
