"""Patch localization against a loop over patches; enlarging against Lanczos' formula."""

import cv2
import numpy as np
import pytest
import torch

from mmcrack.pseudo_labels.localization import (
    cell_means,
    enlarge,
    fuse_localization,
    patch_localization,
)
from mmcrack.pseudo_labels.patch_classifier import PatchClassifier


@pytest.fixture(scope='module')
def classifier(classifier_model):
    return PatchClassifier(classifier_model, device='cpu', batch_size=7)


def image_of(height, width):
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)


def looped(classifier, image, patch, stride):
    """Classify patch after patch, and average the pixels that it covers."""
    height, width = image.shape[:2]
    padded = np.pad(image, [(0, -height % patch), (0, -width % patch), (0, 0)], mode='reflect')
    sums, counts = np.zeros(padded.shape[:2]), np.zeros(padded.shape[:2])
    for top in range(0, padded.shape[0] - patch + 1, stride):
        for left in range(0, padded.shape[1] - patch + 1, stride):
            part = slice(top, top + patch), slice(left, left + patch)
            pixels = torch.from_numpy(padded[part].copy()).permute(2, 0, 1)[None]
            sums[part] += float(classifier.crack_probabilities(pixels))
            counts[part] += 1
    return (sums / counts)[:height, :width]


@pytest.mark.parametrize('size', [(64, 96), (70, 33), (32, 32)])
@pytest.mark.parametrize('stride', [16, 32, 8])
def test_cells_are_the_means_over_the_patches_that_cover_them(classifier, size, stride):
    image = image_of(*size)
    cells = patch_localization(classifier, image, patch_size=32, stride=stride)
    pixels = cells.repeat(stride, 0).repeat(stride, 1)[: size[0], : size[1]]
    np.testing.assert_allclose(pixels, looped(classifier, image, 32, stride), atol=1e-5)


def test_a_lone_patch_fills_its_cells():
    torch.testing.assert_close(cell_means(torch.tensor([[0.7]]), 2), torch.full((2, 2), 0.7))


def test_images_smaller_than_a_patch_are_refused(classifier):
    with pytest.raises(ValueError, match='31×50 pixels, smaller than a patch of 32'):
        patch_localization(classifier, image_of(31, 50))


def lanczos(values, positions):
    """Lanczos-3 interpolation of samples at 0, 1, 2, …, without those beyond the ends."""
    distances = positions[:, None] - np.arange(len(values))
    weights = np.sinc(distances) * np.sinc(distances / 3) * (abs(distances) < 3)
    return (weights * values).sum(1) / weights.sum(1)


def test_enlarging_is_lanczos_interpolation_with_cells_in_place():
    cells = np.random.default_rng(0).uniform(0.3, 0.7, (5, 4)).astype(np.float32)
    size = (73, 64)  # the last row of cells reaches beyond the image
    centers = [(np.arange(length) + 0.5) / 16 - 0.5 for length in size]
    rows = np.stack([lanczos(column, centers[0]) for column in cells.T], 1)
    expected = np.stack([lanczos(row, centers[1]) for row in rows])
    np.testing.assert_allclose(enlarge(cells, size, 16), expected, atol=1e-4)


def test_enlarging_clips_the_overshoot():
    step = np.repeat(np.float32([[0, 0, 1, 1]]), 4, 0)
    fine = enlarge(step, (64, 64), 16)
    assert fine.min() == 0
    assert fine.max() == 1
    assert enlarge(step, (100, 60)).shape == (100, 60)


def test_the_average_above_one_half_is_kept_and_eroded():
    patches, activation = np.zeros((2, 40, 40), np.float32)
    patches[5:25, 5:25] = 0.8
    activation[:30] = 0.4
    fused = fuse_localization(patches, activation)
    inner = np.zeros((40, 40), np.float32)
    inner[9:21, 9:21] = 0.6
    np.testing.assert_allclose(fused, inner, atol=1e-6)
    everywhere = fuse_localization(patches, activation, erosions=0)
    assert np.count_nonzero(everywhere) == 20 * 20


def test_one_half_itself_is_not_kept():
    half = np.full((8, 8), 0.5, np.float32)
    assert not fuse_localization(half, half).any()
    assert cv2.countNonZero(fuse_localization(half, half + np.float32(1e-3))) == 64
