import io
import os
from pathlib import Path

import cv2
import numpy as np
import pytest
from doctor_pictures import crack_mask, photograph
from PIL import Image

from mmcrack.doctor import near_duplicates as search
from mmcrack.doctor.descriptors import describe, symmetric
from mmcrack.doctor.findings import Severity


def _jpeg(image: np.ndarray) -> np.ndarray:
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, 'JPEG', quality=30)
    return np.asarray(Image.open(buffer))


COPIES = dict(
    compressed=_jpeg,
    smaller=lambda image: cv2.resize(image, None, fx=0.7, fy=0.7, interpolation=cv2.INTER_AREA),
    brighter=lambda image: cv2.convertScaleAbs(image, alpha=0.8, beta=40),
    mirrored=lambda image: image[:, ::-1],
    turned=lambda image: np.rot90(image),
    turned_and_mirrored=lambda image: np.rot90(image, 3)[::-1],
)


def _split(folder, copy) -> None:
    for seed in range(4):
        folder.pair(f'a{seed}', seed, below='train/')
        folder.pair(f'b{seed}', seed + 10, below='test/')
    image = np.ascontiguousarray(copy(photograph(2)))
    folder.save('test/images/copy.png', image)
    folder.save('test/masks/copy.png', crack_mask(image.shape[:2]))


@pytest.mark.parametrize('copy', COPIES.values(), ids=COPIES)
def test_near_duplicates_across_splits(folder, copy):
    _split(folder, copy)
    findings = folder.findings()
    assert list(findings) == ['near-duplicates across parts']
    train, test = (folder.root / part / 'images' for part in ('train', 'test'))
    line = f'test: {test}/copy.png = train: {train}/a2.png'
    assert findings['near-duplicates across parts'].files == (line,)


def test_exact_duplicates_across_splits_are_errors(folder):
    _split(folder, lambda image: image)
    findings = folder.findings()
    assert list(findings) == ['duplicates across parts']
    assert findings['duplicates across parts'].severity is Severity.ERROR


def test_exact_duplicates_with_different_masks(folder):
    folder.pair('one', 1)
    folder.pair('two', 1, mask=np.roll(crack_mask(), 9, axis=0))
    findings = folder.findings()
    assert findings['duplicates within a part'].severity is Severity.NOTE
    assert findings['one picture, several masks'].severity is Severity.WARNING


def test_one_patch_in_two_classes(folder):
    for name, seed in dict(a=1, b=2).items():
        folder.save(f'Negative/{name}.png', photograph(seed))
    folder.save('Positive/c.png', photograph(2))
    assert list(folder.findings()) == ['one picture in several classes']


def test_plain_pictures_are_no_near_duplicates(folder):
    for level in (10, 200):
        folder.save(f'{level}.png', np.full((64, 64, 3), level, np.uint8))
    assert folder.findings() == {}


def test_symmetric_descriptors_are_those_of_the_turned_images():
    gray = photograph(3, (64, 64))[..., 0]
    turned = [np.rot90(g, k) for g in (gray, gray[:, ::-1]) for k in range(4)]
    expected = np.stack([describe(np.ascontiguousarray(image)) for image in turned])
    found = np.concatenate(list(symmetric(describe(gray)[None])))
    products = found.astype(np.float32) @ expected.T.astype(np.float32)
    assert sorted(products.argmax(axis=1).tolist()) == list(range(8))
    np.testing.assert_allclose(products.max(axis=1), 1, atol=0.01)


def _descriptors(count: int) -> np.ndarray:
    """Random ones, of which the last ten are noisy copies of the first ten."""
    rng = np.random.default_rng(0)
    values = rng.normal(size=(count, 256))
    values[-10:] = values[:10] + 0.1 * rng.normal(size=(10, 256))
    return (values / np.linalg.norm(values, axis=1, keepdims=True)).astype(np.float16)


def test_the_search_by_buckets_finds_what_comparing_all_finds(monkeypatch):
    values = _descriptors(600)
    all_compared = search.near_duplicates(values)
    assert all_compared == [[i, 590 + i] for i in range(10)]
    monkeypatch.setattr(search, '_SMALL', 0)
    assert search.near_duplicates(values) == all_compared


def test_large_groups_stay_whole(monkeypatch):
    one = _descriptors(11)[:1].astype(np.float32)
    noisy = one + 0.005 * np.random.default_rng(1).normal(size=(500, 256))
    monkeypatch.setattr(search, '_SMALL', 0)
    assert search.near_duplicates(noisy.astype(np.float16)) == [list(range(500))]


def test_the_copies_that_deepcrack_has_in_both_of_its_splits():
    root = Path(os.environ.get('MMCRACK_DATA', ''), 'deepcrack')
    if not root.is_dir():
        pytest.skip('MMCRACK_DATA has no deepcrack')
    files = sorted(root.glob('*_img/*.jpg'))
    values = np.stack([describe(cv2.imread(str(file), cv2.IMREAD_GRAYSCALE)) for file in files])
    groups = search.near_duplicates(values)
    assert [[f'{files[i].parent.name}/{files[i].stem}' for i in group] for group in groups] == [
        ['test_img/11216', 'train_img/11158'],
        ['test_img/11236-6', 'train_img/11187-6'],  # mirrored; seen by eye
    ]
