import pytest
import torch
from torch.nn import functional as F

from mmcrack.registry import MODELS


def build(features=4):
    return MODELS.build(
        dict(type='mmcrack.CenterLoss', num_classes=3, num_features=features, center_weight=0.1)
    )


def test_cross_entropy_and_the_distance_to_moving_centers(linear):
    loss, centers = build(), torch.zeros(3, 4)
    for _ in range(2):
        loss.observe(linear.features, linear.weight)
        distance = (linear.features - centers[linear.labels]).square().sum(1).mean()
        expected = F.cross_entropy(linear.logits, linear.labels) + 0.05 * distance
        torch.testing.assert_close(loss(linear.logits, linear.labels), expected)
        for c in range(3):  # Eq. 4 of the paper
            members = linear.features[linear.labels == c]
            centers[c] -= 0.5 * (centers[c] - members).sum(0) / (1 + len(members))
        torch.testing.assert_close(loss.centers, centers)


def test_sizes_of_another_network_are_refused(linear):
    with pytest.raises(ValueError, match=r'\(3, 7\), the last layer \(3, 4\)'):
        build(features=7).observe(linear.features, linear.weight)
