"""The stand-in for torchvision's non-maximum suppression."""

import pytest
import torch

from mmcrack.compat import plain_nms


def brute_force(boxes, scores, threshold):
    def iou(a, b):
        width = min(a[2], b[2]) - max(a[0], b[0])
        height = min(a[3], b[3]) - max(a[1], b[1])
        shared = max(width, 0) * max(height, 0)
        sizes = [(box[2] - box[0]) * (box[3] - box[1]) for box in (a, b)]
        return shared / (sum(sizes) - shared)

    kept = []
    for index in sorted(range(len(boxes)), key=lambda i: -scores[i]):
        if all(iou(boxes[index], boxes[other]) <= threshold for other in kept):
            kept.append(index)
    return kept


@pytest.mark.parametrize('threshold', [0.0, 0.3, 0.7])
def test_nms_keeps_the_best_of_boxes_that_overlap(threshold):
    draw = torch.Generator().manual_seed(0)
    corners = torch.rand(80, 2, generator=draw) * 5
    boxes = torch.cat([corners, corners + 8 + torch.rand(80, 2, generator=draw) * 8], 1)
    scores = torch.rand(80, generator=draw)
    expected = brute_force(boxes.tolist(), scores.tolist(), threshold)
    assert plain_nms(boxes, scores, threshold).tolist() == expected
    assert 1 <= len(expected) < 80


def test_no_boxes_no_indices():
    assert plain_nms(torch.zeros(0, 4), torch.zeros(0), 0.5).tolist() == []
