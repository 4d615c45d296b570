"""GPLL's labeller: the order of its steps, its ablations, and bad input."""

import dataclasses

import cv2
import numpy as np
import pytest
from mmengine.config import Config

from mmcrack.engine.label_generation import Labeller
from mmcrack.pseudo_labels import GPLLPseudoLabel, GPLLSettings, gpll_maps
from mmcrack.pseudo_labels.gpll import dark_pixels, smooth_and_close
from mmcrack.pseudo_labels.multi_otsu import patch_multi_otsu
from mmcrack.pseudo_labels.patch_classifier import PatchClassifier


@pytest.fixture(scope='module')
def photograph():
    """A dark line on a textured surface, BGR."""
    image = np.random.default_rng(0).normal(150, 12, (96, 128, 3))
    image = cv2.GaussianBlur(image, (0, 0), 0.8)
    cv2.line(image, (10, 20), (118, 80), (50, 55, 60), 4)
    return np.clip(image, 0, 255).astype(np.uint8)


@pytest.fixture(scope='module')
def classifier(classifier_model):
    return PatchClassifier(classifier_model, device='cpu')


@pytest.fixture
def generous(monkeypatch):
    """Localization everywhere, so that labels depend on the photograph alone."""
    everywhere = np.full((6, 8), 0.9, np.float32)
    for name in ('patch_localization', 'class_activation'):
        monkeypatch.setattr(f'mmcrack.pseudo_labels.gpll.{name}', lambda *_, **__: everywhere)


def line_of(photograph):
    line = np.zeros(photograph.shape[:2], np.uint8)
    cv2.line(line, (10, 20), (118, 80), 1, 4)
    return line


def test_steps_follow_the_paper(photograph, classifier):
    maps = gpll_maps(photograph, classifier)
    for values in dataclasses.asdict(maps).values():
        assert values.shape == photograph.shape[:2]
        assert values.dtype == np.float32
        assert 0 <= values.min() <= values.max() <= 1

    mean = (maps.patches + maps.activation) / 2
    kept = np.where(mean > 0.5, mean, 0)
    for _ in range(4):
        kept = cv2.erode(kept, np.ones((3, 3)))
    np.testing.assert_array_equal(maps.localization, kept)

    smooth = cv2.bilateralFilter(photograph, 5, 120, 120)
    dark = patch_multi_otsu(cv2.cvtColor(smooth, cv2.COLOR_BGR2GRAY), 32, 8)
    np.testing.assert_array_equal(maps.threshold, dark)
    np.testing.assert_array_equal(maps.product, maps.localization * dark)


def test_hard_localization_counts_what_is_kept_fully(photograph, classifier):
    soft = gpll_maps(photograph, classifier)
    hard = gpll_maps(photograph, classifier, GPLLSettings(hard_localization=True))
    np.testing.assert_array_equal(hard.localization, soft.localization > 0)
    np.testing.assert_array_equal(hard.product, soft.product > 0)


def test_the_last_filter_counts_gray_values():
    product = np.zeros((40, 40), np.float32)
    product[18:22] = 0.8
    label = smooth_and_close(product, GPLLSettings())
    bytes_ = cv2.bilateralFilter(np.rint(product * 255).astype(np.uint8), 5, 120, 120)
    closed = cv2.morphologyEx(bytes_, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8)) / 255
    np.testing.assert_allclose(label, closed, atol=1.5 / 255)


def test_closing_fills_a_gap_of_two_pixels():
    product = np.ones((30, 30), np.float32)
    product[:, 14:16] = 0
    settings = GPLLSettings(bilateral_diameter=0)
    assert smooth_and_close(product, settings).all()
    assert np.array_equal(
        smooth_and_close(product, dataclasses.replace(settings, closing=0)), product
    )


@pytest.mark.usefixtures('generous')
def test_a_dark_line_is_labelled(photograph, classifier):
    label = gpll_maps(photograph, classifier).label
    line = line_of(photograph)
    near = cv2.dilate(line, np.ones((7, 7)))
    assert label[line > 0].mean() > 0.6
    assert label[line > 0].mean() > 8 * label[near == 0].mean()


@pytest.mark.usefixtures('generous')
def test_two_classes_call_more_pixels_dark(photograph):
    three = dark_pixels(photograph, GPLLSettings())
    two = dark_pixels(photograph, GPLLSettings(threshold_classes=2))
    assert three.sum() < two.sum()


@pytest.mark.usefixtures('generous')
def test_gray_photographs_are_labelled_as_color_ones(photograph, classifier):
    gray = cv2.cvtColor(photograph, cv2.COLOR_BGR2GRAY)
    labels = [
        gpll_maps(image, classifier).label
        for image in (gray, gray[..., None], cv2.cvtColor(gray, cv2.COLOR_GRAY2BGR))
    ]
    np.testing.assert_array_equal(labels[0], labels[1])
    np.testing.assert_array_equal(labels[0], labels[2])


@pytest.mark.usefixtures('generous')
def test_a_flat_photograph_has_no_crack_and_is_dropped(classifier_checkpoint):
    labeller = GPLLPseudoLabel(classifier_checkpoint, device='cpu')
    flat = np.full((64, 64, 3), 120, np.uint8)
    assert labeller({'img': flat}) is None
    labeller = GPLLPseudoLabel(classifier_checkpoint, device='cpu', min_pixels=0)
    assert not labeller({'img': flat})['gt_seg_map'].any()


@pytest.mark.usefixtures('generous')
def test_labels_with_too_few_pixels_are_dropped(classifier_checkpoint, photograph):
    labeller = GPLLPseudoLabel(classifier_checkpoint, device='cpu')
    found = np.count_nonzero(labeller({'img': photograph})['gt_seg_map'] > 0.5)
    labeller.min_pixels = found
    assert labeller({'img': photograph}) is not None
    labeller.min_pixels = found + 1
    assert labeller({'img': photograph}) is None


def test_the_config_builds_a_labeller_that_names_files(classifier_checkpoint, photograph, tmp_path):
    cfg = Config.fromfile('configs/gpll/labels_small.py')
    cfg.label_pipeline[1].update(checkpoint=classifier_checkpoint, min_pixels=0)
    labeller = Labeller(cfg, device='cpu')
    cv2.imwrite(str(tmp_path / 'a.png'), photograph)
    assert labeller(tmp_path / 'a.png').shape == photograph.shape[:2]
    cv2.imwrite(str(tmp_path / 'small.png'), photograph[:20])
    with pytest.raises(ValueError, match=r'small\.png: .*20×128 pixels, smaller than a patch'):
        labeller(tmp_path / 'small.png')


def test_odd_images_are_refused_by_name(photograph, classifier):
    with pytest.raises(ValueError, match='8-bit images, got uint16'):
        gpll_maps(photograph.astype(np.uint16), classifier)
    with pytest.raises(ValueError, match='got 4 channels'):
        gpll_maps(np.zeros((64, 64, 4), np.uint8), classifier)


@pytest.mark.parametrize(
    'settings',
    [dict(patch_stride=12), dict(threshold_stride=0), dict(erosions=-1), dict(activation='cam')],
)
def test_settings_out_of_range_are_named(settings):
    with pytest.raises(ValueError, match=next(iter(settings))):
        GPLLSettings(**settings)


def test_misspelt_settings_are_refused(classifier_checkpoint):
    with pytest.raises(TypeError, match='erosion'):
        GPLLPseudoLabel(classifier_checkpoint, erosion=3)
