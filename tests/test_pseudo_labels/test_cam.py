"""The rivals: plain class activation, with a dense CRF, with a random walk."""

import numpy as np
import pytest

from mmcrack.pseudo_labels import (
    CAMCRFPseudoLabel,
    CAMCRFRWPseudoLabel,
    CAMPseudoLabel,
    affinity_random_walk,
    dense_crf,
)
from mmcrack.pseudo_labels.class_activation import class_activation
from mmcrack.pseudo_labels.localization import enlarge


@pytest.fixture
def photograph():
    return np.random.default_rng(0).integers(0, 256, (64, 96, 3), dtype=np.uint8)


@pytest.mark.parametrize('method', ['gradcam', 'gradcam++'])
def test_the_plain_label_is_the_activation_at_full_size(classifier_checkpoint, photograph, method):
    labeller = CAMPseudoLabel(classifier_checkpoint, method=method, device='cpu')
    label = labeller({'img': photograph})['gt_seg_map']
    activation = class_activation(labeller.classifier, photograph, method)
    np.testing.assert_array_equal(label, enlarge(activation, (64, 96)))


def test_the_crf_refines_the_activation(classifier_checkpoint, photograph):
    crf = dict(iterations=2, bilateral_srgb=20, bilateral_sxy=50)
    options = dict(device='cpu', crf=crf, seed_threshold=None)
    activation = CAMPseudoLabel(classifier_checkpoint, device='cpu')({'img': photograph})
    expected = dense_crf(activation['gt_seg_map'], photograph, **crf)
    soft = CAMCRFPseudoLabel(classifier_checkpoint, hard=False, **options)
    hard = CAMCRFPseudoLabel(classifier_checkpoint, **options)
    np.testing.assert_array_equal(soft({'img': photograph})['gt_seg_map'], expected)
    np.testing.assert_array_equal(hard({'img': photograph})['gt_seg_map'], expected > 0.5)


def test_seeds_begin_with_the_given_confidence(classifier_checkpoint, photograph):
    nothing = dict(gaussian_compat=0, bilateral_compat=0)
    options = dict(device='cpu', crf=nothing, hard=False, seed_threshold=0.4, confidence=0.8)
    label = CAMCRFPseudoLabel(classifier_checkpoint, **options)({'img': photograph})['gt_seg_map']
    activation = CAMPseudoLabel(classifier_checkpoint, device='cpu')({'img': photograph})
    seeds = activation['gt_seg_map'] > 0.4
    assert 0 < seeds.mean() < 1
    np.testing.assert_allclose(label, np.where(seeds, 0.8, 0.2), atol=1e-6)


def test_the_random_walk_starts_from_the_crf(classifier_checkpoint, photograph):
    options = dict(device='cpu', crf=dict(iterations=1), hard=False)
    crf = CAMCRFPseudoLabel(classifier_checkpoint, **options)({'img': photograph})['gt_seg_map']
    labeller = CAMCRFRWPseudoLabel(classifier_checkpoint, walk=dict(steps=3), **options)
    label = labeller({'img': photograph})['gt_seg_map']
    np.testing.assert_array_equal(label, affinity_random_walk(crf, photograph, steps=3))
    assert label.dtype == np.float32
    assert 0 <= label.min() <= label.max() <= 1


def test_misspelt_options_are_refused_before_anything_is_loaded():
    with pytest.raises(TypeError, match='sigma'):
        CAMCRFPseudoLabel('nowhere.pth', crf=dict(sigma=3))
    with pytest.raises(TypeError, match='step'):
        CAMCRFRWPseudoLabel('nowhere.pth', walk=dict(step=3))
    with pytest.raises(ValueError, match=r'confidence=0\.5'):
        CAMCRFPseudoLabel('nowhere.pth', confidence=0.5)
    with pytest.raises(ValueError, match='lime'):
        CAMPseudoLabel('nowhere.pth', method='lime')
