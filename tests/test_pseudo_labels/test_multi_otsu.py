"""The threshold map against a loop over patches through scikit-image, pixel by pixel."""

import os
from pathlib import Path

import cv2
import numpy as np
import pytest
from skimage.filters import threshold_multiotsu

from mmcrack.pseudo_labels import multi_otsu
from mmcrack.pseudo_labels.multi_otsu import patch_multi_otsu


def looped(gray, patch_size=32, stride=8, classes=3):
    """The definition: a pixel is dark where every patch that covers it finds it so."""
    height, width = gray.shape
    margins = ((0, -height % patch_size), (0, -width % patch_size))
    padded = np.pad(gray, margins, mode='reflect').astype(np.float64)
    dark = np.ones(padded.shape, bool)
    for top in range(0, padded.shape[0] - patch_size + 1, stride):
        for left in range(0, padded.shape[1] - patch_size + 1, stride):
            window = np.s_[top : top + patch_size, left : left + patch_size]
            dark[window] &= dark_in_patch(padded[window], classes)
    return dark[:height, :width]


def dark_in_patch(patch, classes):
    if patch.min() == patch.max():
        return np.zeros(patch.shape, bool)
    patch = (patch - patch.min()) / (patch.max() - patch.min())
    try:
        return patch < threshold_multiotsu(patch, classes=classes)[0]
    except ValueError:  # fewer values than classes
        return np.zeros(patch.shape, bool)


def assert_equals_loop(gray, patch_size=32, stride=8, classes=3):
    found = patch_multi_otsu(gray, patch_size, stride, classes=classes)
    assert found.dtype == bool
    np.testing.assert_array_equal(found, looped(gray, patch_size, stride, classes))


RNG = np.random.default_rng(0)
NOISE = RNG.integers(0, 256, (50, 75), dtype=np.uint8)
SCENES = {
    'noise': NOISE,
    'blurred': cv2.GaussianBlur(NOISE, (0, 0), 2),
    'gradient': np.add.outer(np.arange(50), 2 * np.arange(75)).astype(np.uint8),
    'low contrast': RNG.integers(100, 106, (50, 75), dtype=np.uint8),
    'flat': np.full((40, 40), 7, np.uint8),
    'two values': RNG.choice([0, 255], (50, 75)).astype(np.uint8),
    'three values': RNG.choice([3, 9, 200], (50, 75)).astype(np.uint8),
    'four values': RNG.choice([3, 9, 200, 201], (50, 75)).astype(np.uint8),
    'overexposed': np.where(RNG.random((50, 75)) < 0.02, NOISE, 255).astype(np.uint8),
    'symmetric': np.concatenate([NOISE, 255 - NOISE]),
    'equally often': np.arange(64 * 64, dtype=np.uint8).reshape(64, 64),
    'smaller than a patch': NOISE[:5, :9],
    'one row': NOISE[:1],
}


@pytest.mark.parametrize('classes', [2, 3])
@pytest.mark.parametrize('name', SCENES)
def test_equals_the_loop_on(name, classes):
    assert_equals_loop(SCENES[name], classes=classes)


@pytest.mark.parametrize('dtype', [bool, np.uint16, np.int16, np.float32, np.float64])
def test_equals_the_loop_for(dtype):
    gray = SCENES['blurred'].astype(float)
    gray += RNG.random(gray.shape)
    scaled = {bool: gray > 100, np.uint16: 200 * gray, np.int16: gray - 100}.get(dtype, gray / 255)
    assert_equals_loop(scaled.astype(dtype))


@pytest.mark.parametrize(('patch_size', 'stride'), [(16, 16), (24, 8), (20, 5), (80, 40)])
def test_equals_the_loop_for_other_patches(patch_size, stride):
    assert_equals_loop(SCENES['blurred'], patch_size, stride)


@pytest.mark.parametrize('dtype', [np.uint8, np.float64])
def test_tiles_do_not_show(monkeypatch, dtype):
    gray = np.tile(SCENES['blurred'], (2, 2)).astype(dtype)
    whole = patch_multi_otsu(gray)
    monkeypatch.setattr(multi_otsu, '_TILE', 3)
    np.testing.assert_array_equal(patch_multi_otsu(gray), whole)


@pytest.mark.parametrize('name', ['11111', '11116-4', '11132'])
def test_equals_the_loop_on_photographs(name):
    if 'MMCRACK_DATA' not in os.environ:
        pytest.skip('MMCRACK_DATA is not set')
    path = Path(os.environ['MMCRACK_DATA'], 'deepcrack/train_img', f'{name}.jpg')
    image = cv2.imread(str(path))
    smooth = cv2.bilateralFilter(image, 5, 120, 120)
    for photograph in (image, smooth):
        assert_equals_loop(cv2.cvtColor(photograph, cv2.COLOR_BGR2GRAY)[100:250, 180:390])


def test_a_dark_line_stands_out_from_what_surrounds_it():
    gray = np.full((96, 96), 150, np.uint8) + RNG.integers(0, 9, (96, 96), dtype=np.uint8)
    line = np.zeros_like(gray)
    cv2.line(line, (0, 40), (95, 60), 1, 2)
    gray[line > 0] = 60
    gray = (gray * np.linspace(1, 0.5, 96)).astype(np.uint8)  # shade
    dark = patch_multi_otsu(gray)
    near = cv2.dilate(line, np.ones((15, 15))) > 0
    assert dark[line > 0].mean() > 0.7  # patches with a bit of the line alone do not agree
    assert not dark[near & (line == 0)].any()


@pytest.mark.parametrize(
    ('gray', 'options', 'message'),
    [
        (np.zeros((40, 40, 3)), {}, r'\(40, 40, 3\)'),
        (np.zeros((0, 40)), {}, r'\(0, 40\)'),
        (np.zeros((40, 40), complex), {}, 'complex128'),
        (np.full((40, 40), np.nan), {}, 'not finite'),
        (np.zeros((40, 40)), {'stride': 7}, 'stride=7 must divide patch_size=32'),
        (np.zeros((40, 40)), {'stride': 0}, 'stride=0'),
        (np.zeros((40, 40)), {'classes': 4}, 'classes=4'),
    ],
)
def test_is_refused(gray, options, message):
    with pytest.raises(ValueError, match=message):
        patch_multi_otsu(gray, **options)
