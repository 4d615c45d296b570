import cv2
import numpy as np
import pytest

from mmcrack.evaluation import evaluate_maps
from mmcrack.pseudo_labels import DarkRidgePseudoLabel, dark_ridge_map
from mmcrack.pseudo_labels.opencv_baseline import dark_ridges
from mmcrack.synthesis import crack_photograph


def scene(width=5, contrast=60, *, light=0.0, noise=4.0, seed=0):
    """A dark line from corner to corner of a noisy surface under uneven light, and its mask."""
    rng = np.random.default_rng(seed)
    mask = np.zeros((200, 280), np.uint8)
    cv2.line(mask, (20, 30), (260, 170), 255, width)
    surface = 150 + light * np.linspace(-1, 1, 280) + noise * rng.standard_normal(mask.shape)
    dark = cv2.GaussianBlur(mask.astype(np.float32) / 255, (0, 0), 0.7)
    return np.clip(surface - contrast * dark, 0, 255).astype(np.uint8), mask > 0


def f1(label, mask):
    found = label > 0.5
    return 2 * (found & mask).sum() / (found.sum() + mask.sum())


@pytest.mark.parametrize('width', [2, 5, 12, 25])
def test_lines_of_any_width_are_found(width):
    gray, mask = scene(width)
    assert f1(dark_ridge_map(gray), mask) > 0.8


@pytest.mark.parametrize('contrast', [25, 100])
@pytest.mark.parametrize('light', [0, 70])
def test_light_and_contrast_drop_out(contrast, light):
    gray, mask = scene(contrast=contrast, light=light)
    assert f1(dark_ridge_map(gray), mask) > 0.8


def test_specks_blots_and_noise_are_no_cracks():
    gray, _ = scene(contrast=0, noise=8)
    rng = np.random.default_rng(1)
    gray[rng.integers(0, 200, 60), rng.integers(0, 280, 60)] = 20
    cv2.circle(gray, (140, 100), 22, 60, -1)
    assert not (dark_ridge_map(gray) > 0.5).any()


def test_bright_lines_are_found_on_request_alone():
    gray, mask = scene()
    negative = {'img': cv2.cvtColor(255 - gray, cv2.COLOR_GRAY2BGR)}
    assert f1(DarkRidgePseudoLabel(bright=True)(dict(negative))['gt_seg_map'], mask) > 0.8
    assert f1(DarkRidgePseudoLabel()(dict(negative))['gt_seg_map'], mask) < 0.1


def test_the_faint_is_uncertain_and_the_contour_soft():
    gray, mask = scene(contrast=4, noise=4)
    label = dark_ridge_map(gray)
    assert np.isclose(label[mask], 0.4).mean() > 0.3
    gray, mask = scene(width=9)
    label = dark_ridge_map(gray)
    assert label.dtype == np.float32
    assert label.min() == 0
    assert label.max() == 1
    ring = cv2.dilate(mask.astype(np.uint8), np.ones((5, 5))) - cv2.erode(
        mask.astype(np.uint8), np.ones((5, 5))
    )
    soft = label[ring > 0]
    assert ((soft > 0.05) & (soft < 0.95)).mean() > 0.2


def test_it_beats_the_baseline_on_synthetic_photographs():
    photographs = [crack_photograph((256, 384), seed) for seed in range(300, 312)]
    masks = [mask > 0 for _, mask in photographs]
    grays = [cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY) for rgb, _ in photographs]
    ours = evaluate_maps([dark_ridge_map(gray) for gray in grays], masks)
    baseline = evaluate_maps([dark_ridges(gray).astype(np.float32) for gray in grays], masks)
    assert ours['F1'] > baseline['F1'] + 3
    assert ours['AP'] > baseline['AP'] + 10


@pytest.mark.parametrize('shape', [(1, 1), (3, 40), (40, 3), (17, 19)])
def test_small_and_flat_images_have_no_crack(shape):
    assert not (dark_ridge_map(np.full(shape, 90, np.uint8)) > 0.5).any()


@pytest.mark.parametrize(
    ('image', 'options', 'message'),
    [
        (np.zeros((9, 9), np.uint16), {}, 'uint16'),
        (np.zeros((9, 9, 3), np.uint8), {}, 'gray'),
        (np.zeros((9, 9), np.uint8), {'width': (8, 4)}, 'narrowest'),
        (np.zeros((9, 9), np.uint8), {'width': (0.2, 4)}, 'narrowest'),
    ],
)
def test_what_it_cannot_label_is_refused(image, options, message):
    with pytest.raises(ValueError, match=message):
        dark_ridge_map(image, **options)


def test_a_misspelt_option_fails_when_built():
    with pytest.raises(TypeError, match='breadth'):
        DarkRidgePseudoLabel(breadth=(2, 30))


def test_stones_in_a_crack_are_labelled_on_request():
    gray = np.full((120, 160), 180, np.uint8)
    gray[50:70] = 60
    gray[58:62, 80:84] = 180
    assert dark_ridge_map(gray)[60, 82] < 0.5
    filled = dark_ridge_map(gray, holes=5)
    assert filled[60, 82] == 1
    np.testing.assert_array_equal(filled[:50], dark_ridge_map(gray)[:50])
