"""What is hidden from a restorer."""

import numpy as np
import pytest
import torch
from restoration_toy import build

from mmcrack.datasets.transforms.corruption import block_corruption
from mmcrack.models.corruptions import Corruption, DisjointCellMasks, RandomSquareMasks


def images(height=37, width=50, count=2):
    return torch.zeros(count, 3, height, width)


def cells_are_whole(mask, size):
    """Whether all pixels of a grid cell are alike; cells at the border may be partial."""
    height, width = mask.shape
    for top in range(0, height, size):
        for left in range(0, width, size):
            cell = mask[top : top + size, left : left + size]
            if cell.any() != cell.all():
                return False
    return True


def test_every_pixel_is_hidden_in_exactly_one_set():
    rounds = DisjointCellMasks().rounds(images())
    assert [hidden.shape for hidden in rounds] == [(2, 3, 37, 50)] * 4
    for size, hidden in zip((2, 4, 8, 16), rounds, strict=True):
        assert torch.equal(hidden.sum(1), torch.ones(2, 37, 50, dtype=torch.long))
        assert all(cells_are_whole(mask, size) for mask in hidden[0])
        assert not cells_are_whole(hidden[0, 0], 2 * size)


def test_sets_have_the_same_number_of_cells():
    (hidden,) = DisjointCellMasks(cell_sizes=(4,), sets=3).rounds(images(40, 40))
    cells = hidden[0, :, ::4, ::4].sum((1, 2))
    assert cells.sum() == 100
    assert cells.max() - cells.min() <= 1


def test_a_step_draws_one_cell_size_by_torchs_state():
    masks = DisjointCellMasks(cell_sizes=(2, 16))
    torch.manual_seed(1)
    drawn = [masks(images()) for _ in range(12)]
    torch.manual_seed(1)
    assert all(torch.equal(mask, masks(images())) for mask in drawn)
    coarse = [cells_are_whole(mask[0, 0], 16) for mask in drawn]
    assert any(coarse)
    assert not all(coarse)


def test_prediction_has_the_same_masks_each_time():
    masks = DisjointCellMasks()
    first = masks.rounds(images())
    torch.rand(5)
    assert all(torch.equal(a, b) for a, b in zip(first, masks.rounds(images()), strict=True))


@pytest.mark.parametrize('size', [8, 16])
def test_checkerboards_hide_half_in_either_polarity(size):
    masks = RandomSquareMasks(sizes=(size,))
    torch.manual_seed(0)
    hidden = masks(images(64, 64, count=8))[:, 0]
    rows, columns = np.indices((64, 64)) // size
    board = torch.from_numpy((rows + columns) % 2 == 0)
    polarities = {bool(mask[0, 0]) for mask in hidden}
    assert polarities == {True, False}
    assert all(torch.equal(mask, board) or torch.equal(mask, ~board) for mask in hidden)


def test_sizes_of_squares_differ_between_the_images_of_a_batch():
    masks = RandomSquareMasks(sizes=(8, 32))
    torch.manual_seed(0)
    hidden = masks(images(64, 64, count=16))[:, 0]
    assert {cells_are_whole(mask, 32) for mask in hidden} == {True, False}


def test_random_squares_are_those_of_block_corruption(monkeypatch):
    masks = RandomSquareMasks(sizes=(8,), arrangement='random', ratio=0.25)
    torch.manual_seed(4)
    hidden = masks(images(40, 48, count=1))[0, 0].numpy()
    assert hidden[::8, ::8].sum() == int(30 * 0.25)
    torch.manual_seed(4)
    torch.randint(1, ())
    seed = int(torch.randint(2**31, ()))
    kept = block_corruption(np.ones((40, 48)), 8, 0.25, np.random.default_rng(seed))
    assert np.array_equal(hidden, kept == 0)


def test_nothing_is_hidden_from_what_is_tested_whole():
    for corruption in (Corruption(), RandomSquareMasks()):
        (hidden,) = corruption.rounds(images())
        assert hidden.shape == (2, 1, 37, 50)
        assert not hidden.any()
    assert not Corruption()(images()).any()


@pytest.mark.parametrize(
    'options',
    [
        dict(type='mmcrack.DisjointCellMasks', cell_sizes=()),
        dict(type='mmcrack.DisjointCellMasks', cell_sizes=(0, 2)),
        dict(type='mmcrack.DisjointCellMasks', sets=1),
        dict(type='mmcrack.RandomSquareMasks', sizes=(0,)),
        dict(type='mmcrack.RandomSquareMasks', arrangement='stripes'),
        dict(type='mmcrack.RandomSquareMasks', ratio=2.0),
    ],
)
def test_bad_arguments_are_named(options):
    name = next(key for key in options if key != 'type')
    with pytest.raises(ValueError, match=name):
        build(options)
