import numpy as np

from mmcrack.synthesis.rasterize import FIXED, draw_discs


def brute_force(shape, x, y, radius):
    rows, cols = np.mgrid[: shape[0], : shape[1]] * FIXED
    inside = np.zeros(shape, bool)
    for cx, cy, r in zip(x, y, radius, strict=True):
        inside |= (cols - cx) ** 2 + (rows - cy) ** 2 <= r * r
    return inside * np.uint8(255)


def test_equals_a_loop_over_discs_and_pixels():
    rng = np.random.default_rng(0)
    shape = (37, 53)
    for _ in range(20):
        x = rng.integers(-10 * FIXED, 63 * FIXED, 30)
        y = rng.integers(-10 * FIXED, 47 * FIXED, 30)
        radius = rng.integers(0, 12 * FIXED, 30)
        expected = brute_force(shape, x, y, radius)
        np.testing.assert_array_equal(draw_discs(shape, x, y, radius), expected)


def test_ties_on_the_circle_are_inside():
    centre, radius = np.array([5 * FIXED]), np.array([5 * FIXED])  # 3-4-5 triangles
    disc = draw_discs((11, 11), centre, centre, radius)
    assert disc[5 + 3, 5 + 4] == disc[5 - 4, 5 - 3] == disc[0, 5] == 255
    assert (disc > 0).sum() == 81  # Gauss' circle problem for r = 5


def test_nothing_outside_the_image_is_drawn():
    far = np.array([-5000 * FIXED, 5000 * FIXED])
    assert draw_discs((8, 8), far, far, np.array([FIXED, FIXED])).sum() == 0
