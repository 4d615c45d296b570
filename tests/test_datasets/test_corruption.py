import numpy as np
import pytest

from mmcrack.datasets.transforms import RandomBlockCorruption
from mmcrack.datasets.transforms.corruption import block_corruption
from mmcrack.registry import TRANSFORMS


def blocks(img, size):
    """Cut into blocks, partial ones at the border included."""
    rows, cols = range(0, img.shape[0], size), range(0, img.shape[1], size)
    return [img[y : y + size, x : x + size] for y in rows for x in cols]


@pytest.mark.parametrize('size', [8, 16, 32, 48, 96])
def test_exactly_half_of_the_blocks_of_288_are_removed(size):
    ones = np.full((288, 288, 1), 255, np.uint8)
    corrupted = block_corruption(ones, size, 0.5, np.random.default_rng(0))
    kept = [block.all() for block in blocks(corrupted, size)]
    removed = [not block.any() for block in blocks(corrupted, size)]
    assert len(kept) == (288 // size) ** 2
    assert sum(removed) == len(removed) // 2
    assert sum(kept) == len(kept) - len(kept) // 2  # all others are whole
    assert corrupted.shape == ones.shape
    assert corrupted.dtype == np.uint8


@pytest.mark.parametrize('shape', [(20, 50), (7, 100, 3), (33, 33, 1)])
def test_partial_border_blocks_count_as_blocks(shape):
    ones = np.ones(shape, np.float32)
    corrupted = block_corruption(ones, 16, 0.5, np.random.default_rng(1))
    removed = [not block.any() for block in blocks(corrupted, 16)]
    assert sum(removed) == len(removed) // 2
    assert all(block.all() or not block.any() for block in blocks(corrupted, 16))


def test_kept_blocks_keep_their_values_and_the_input_is_untouched():
    img = np.random.default_rng(2).integers(1, 256, (64, 64), dtype=np.uint8)
    before = img.copy()
    corrupted = block_corruption(img, 8, 0.25, np.random.default_rng(3))
    np.testing.assert_array_equal(img, before)
    np.testing.assert_array_equal(corrupted[corrupted > 0], img[corrupted > 0])
    assert (corrupted == 0).sum() == 64 * 64 // 4


def test_transform_draws_every_block_size_and_leaves_the_label():
    transform = RandomBlockCorruption(block_sizes=(8, 32))
    label = np.ones((64, 64), np.float32)
    found = set()
    for seed in range(20):
        np.random.seed(seed)  # noqa: NPY002
        img = np.full((64, 64, 1), 255, np.uint8)
        results = transform(dict(img=img, gt_seg_map=label))
        coarse = all(b.all() or not b.any() for b in blocks(results['img'], 32))
        found.add(32 if coarse else 8)
        assert (results['img'] == 0).mean() == 0.5
        assert results['gt_seg_map'].all()
    assert found == {8, 32}


def test_global_seed_decides():
    transform = TRANSFORMS.build(dict(type='mmcrack.RandomBlockCorruption'))
    images = []
    for seed in (1, 1, 2):
        np.random.seed(seed)  # noqa: NPY002
        images.append(transform(dict(img=np.ones((96, 96), np.uint8)))['img'])
    np.testing.assert_array_equal(images[0], images[1])
    assert (images[0] != images[2]).any()


@pytest.mark.parametrize(
    'settings', [dict(block_sizes=()), dict(block_sizes=(0,)), dict(ratio=1.5)]
)
def test_bad_settings_are_named(settings):
    with pytest.raises(ValueError, match=next(iter(settings))):
        RandomBlockCorruption(**settings)
