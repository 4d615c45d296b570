"""Edge labels against scikit-image and by their symmetries."""

import cv2
import numpy as np
import pytest
from skimage import filters

from mmcrack.pseudo_labels.edge import (
    OPERATORS,
    EdgePseudoLabel,
    close_in_place,
    edge_label,
    edge_magnitude,
)


@pytest.fixture
def gray():
    noise = np.random.default_rng(0).integers(0, 255, (40, 50)).astype(np.uint8)
    return cv2.GaussianBlur(noise, (0, 0), 1.5)


@pytest.mark.parametrize('operator', ['sobel', 'prewitt', 'roberts'])
def test_magnitudes_are_proportional_to_scikit_images(gray, operator):
    ours = edge_magnitude(gray, operator, percentile=100)
    theirs = getattr(filters, operator)(gray.astype(float))
    if operator == 'roberts':  # the 2×2 operator lies half a pixel to one side or the other
        ours, theirs = ours[1:, 1:], theirs[:-1, :-1]
    inside = (slice(2, -2), slice(2, -2))
    ours, theirs = ours[inside], theirs[inside]
    scale = (ours * theirs).sum() / np.square(theirs).sum()
    np.testing.assert_allclose(ours, scale * theirs, atol=1e-5)


def test_magnitude_is_scaled_by_its_percentile(gray):
    magnitude = edge_magnitude(gray)
    assert magnitude.dtype == np.float32
    assert magnitude.max() == 1
    assert (magnitude == 1).mean() == pytest.approx(0.005, abs=0.002)


def test_closing_leaves_a_point_in_place_and_fills_what_the_square_spans():
    image = np.zeros((40, 40), np.float32)
    image[20, 10] = 1
    assert np.array_equal(close_in_place(image, 8), image)
    image[20, 16] = 1
    closed = close_in_place(image, 8)
    assert closed[20, 10:17].all()
    assert closed.sum() == 7


def test_closing_a_true_mask_moves_nothing(gray):
    mask = (gray > np.percentile(gray, 90)).astype(np.float32)
    closed = close_in_place(mask, 8)
    assert (closed >= mask).all()
    flipped = close_in_place(np.ascontiguousarray(mask[::-1, ::-1]), 8)[::-1, ::-1]
    assert np.array_equal(closed, flipped)


def test_flat_image_has_no_edges():
    for operator in OPERATORS:
        assert not edge_label(np.full((20, 20), 80, np.uint8), operator).any()


def test_transform_reads_bgr_and_gray(gray):
    labeller = EdgePseudoLabel()
    from_gray = labeller({'img': gray})['gt_seg_map']
    from_bgr = labeller({'img': np.repeat(gray[..., None], 3, 2)})['gt_seg_map']
    np.testing.assert_allclose(from_gray, from_bgr, atol=0.03)
    assert from_gray.shape == gray.shape


def test_refusals_name_what_is_wrong(gray):
    with pytest.raises(ValueError, match='sobel, prewitt, roberts, canny'):
        EdgePseudoLabel(operator='laplace')
    with pytest.raises(ValueError, match='uint16'):
        EdgePseudoLabel()({'img': gray.astype(np.uint16)})
    with pytest.raises(ValueError, match='4 channels'):
        EdgePseudoLabel()({'img': np.zeros((4, 4, 4), np.uint8)})
