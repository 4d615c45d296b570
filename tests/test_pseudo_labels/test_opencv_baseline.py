"""The OpenCV baseline finds long dark lines, and nothing else."""

import cv2
import numpy as np
import pytest

from mmcrack.pseudo_labels import OpenCVBaselinePseudoLabel


@pytest.fixture
def photograph():
    image = np.random.default_rng(0).normal(160, 4, (120, 160)).astype(np.uint8)
    cv2.line(image, (10, 20), (150, 90), 60, 4)
    cv2.circle(image, (30, 100), 5, 60, -1)  # dark, but short
    cv2.line(image, (10, 110), (150, 110), 230, 4)  # long, but bright
    return image


def test_long_dark_lines_alone_are_labelled(photograph):
    label = OpenCVBaselinePseudoLabel()({'img': photograph})['gt_seg_map']
    line = np.zeros_like(photograph)
    cv2.line(line, (10, 20), (150, 90), 1, 4)
    assert label.dtype == np.float32
    assert label[line > 0].mean() > 0.9
    assert not label[cv2.dilate(line, np.ones((13, 13))) == 0].any()


def test_flat_photograph_has_no_crack():
    flat = np.full((60, 60, 3), 90, np.uint8)
    assert not OpenCVBaselinePseudoLabel()({'img': flat})['gt_seg_map'].any()


def test_unknown_option_is_named():
    with pytest.raises(TypeError, match='lengths'):
        OpenCVBaselinePseudoLabel(lengths=3)
