import analytic
import numpy as np
import pytest

from mmcrack.measurement import measure_cracks

CENTRE = (70.37, 69.81)
ANGLES = (0, 11, 22.5, 45, 67, 90, 118, 135, 165)


def only(values, **options):
    (crack,) = measure_cracks(values, **options)
    return crack


@pytest.mark.parametrize('degrees', ANGLES)
@pytest.mark.parametrize('width', [3, 6, 15])
def test_bars_of_all_directions(width, degrees):
    crack = only(analytic.coverage(analytic.bar(CENTRE, degrees, 100, width), (140, 140)))
    assert crack.length == pytest.approx(100, rel=0.01)
    for figure in (crack.width_mean, crack.width_median, crack.width_p95):
        assert figure == pytest.approx(width, rel=0.05)
    assert crack.width_max == pytest.approx(width, rel=0.06)
    assert crack.area == pytest.approx(100 * width, rel=0.08)
    assert abs((crack.orientation - degrees + 90) % 180 - 90) < 0.7
    assert crack.straightness > 0.99
    assert (crack.branch_points, crack.ends) == (0, 2)


@pytest.mark.parametrize('width', [3, 4, 6])
def test_bars_in_masks_are_right_on_average_over_their_place_on_the_grid(width):
    rng = np.random.default_rng(0)
    found = []
    for degrees in (*ANGLES, *ANGLES):
        centre = 70 + rng.random(2)
        mask = analytic.coverage(analytic.bar(centre, degrees, 100, width), (140, 140)) > 0.5
        crack = only(mask)
        assert crack.length == pytest.approx(100, rel=0.02)
        found.append(crack.width_mean)
    assert np.mean(found) == pytest.approx(width, rel=0.03)
    assert np.abs(np.subtract(found, width)).max() < 1.01  # the grid's steps are one pixel


@pytest.mark.parametrize('soft', [True, False])
@pytest.mark.parametrize(('radius', 'width'), [(20, 3), (30, 5), (45, 12)])
def test_ring_is_closed(radius, width, soft):
    values = analytic.coverage(analytic.arc((64.3, 63.6), radius, width), (128, 128))
    crack = only(values if soft else values > 0.5)
    assert crack.length == pytest.approx(2 * np.pi * radius, rel=0.01)
    assert crack.width_mean == pytest.approx(width, rel=0.01 if soft else 0.03)
    assert (crack.branch_points, crack.ends) == (0, 0)
    assert crack.straightness < 0.05


def test_arc():
    values = analytic.coverage(analytic.arc((64.3, 63.6), 50, 6, (20, 130)), (128, 128))
    crack = only(values)
    assert crack.length == pytest.approx(np.deg2rad(110) * 50, rel=0.02)
    assert crack.width_mean == pytest.approx(6, rel=0.02)


@pytest.mark.parametrize('soft', [True, False])
@pytest.mark.parametrize('width', [3, 5])
def test_wave(width, soft):
    inside, length = analytic.wave((30.3, 15.6), 150, 10, 60, width)
    values = analytic.coverage(inside, (60, 180), samples=4)
    crack = only(values if soft else values > 0.5)
    assert crack.length == pytest.approx(length, rel=0.03)
    assert crack.width_mean == pytest.approx(width, rel=0.04)
    assert crack.orientation == pytest.approx(0, abs=3) or crack.orientation > 177


@pytest.mark.parametrize('degrees', [0, 35])
@pytest.mark.parametrize(('width', 'turn'), [(3, 90), (9, 90), (5, 60)])
def test_crossing(width, turn, degrees):
    bars = (analytic.bar(CENTRE, degrees + part, 110, width) for part in (0, turn))
    crack = only(analytic.coverage(analytic.union(*bars), (140, 140)))
    assert crack.length == pytest.approx(220, rel=0.03)
    assert crack.width_mean == pytest.approx(width, rel=0.05)
    assert crack.width_max == pytest.approx(width, rel=0.1)  # the crossing is no width
    assert crack.ends == 4
    if turn == 90:
        assert crack.branch_points == 1


@pytest.mark.parametrize('width', [3, 8])
def test_fork(width):
    rays = (analytic.ray(CENTRE, 20 + turn, 60, width) for turn in (0, 120, 240))
    crack = only(analytic.coverage(analytic.union(*rays), (140, 140)))
    assert crack.length == pytest.approx(180, rel=0.02)
    assert crack.width_mean == pytest.approx(width, rel=0.03)
    assert (crack.branch_points, crack.ends) == (1, 3)


def test_widths_of_a_wedge_grow_as_its_do():
    crack = only(analytic.coverage(analytic.wedge((70.2, 10.4), 15, 120, 12), (100, 140)))
    ((line,), (widths,)) = crack.lines, crack.widths
    along, _ = analytic.along(line[:, 1] - 0.5, line[:, 0] - 0.5, (70.2, 10.4), 15)
    known = np.isfinite(widths) & (along * 0.1 >= 3)
    assert known.sum() > 60
    np.testing.assert_allclose(widths[known], 0.1 * along[known], rtol=0.05)
    assert crack.length == pytest.approx(120, abs=12)  # thinner than a pixel it is not seen


@pytest.mark.parametrize('degrees', [0, 30, 45, 80])
def test_two_pixels(degrees):
    crack = only(analytic.coverage(analytic.bar(CENTRE, degrees, 100, 2), (140, 140)))
    assert crack.length == pytest.approx(100, rel=0.01)
    assert crack.width_mean == pytest.approx(2, rel=0.08)


def test_soft_edges_are_found_where_the_map_crosses_the_threshold():
    x = np.arange(60)
    profile = np.clip(1.5 - np.abs(x - 30.2) / 4, 0, 1).astype(np.float32)
    values = np.tile(profile[:, None], (1, 80))
    for threshold in (0.3, 0.5, 0.8):
        crack = only(values, threshold=threshold)
        assert crack.width_mean == pytest.approx(8 * (1.5 - threshold), rel=0.01)


def test_stored_steps_measure_as_their_probabilities():
    values = analytic.coverage(analytic.bar(CENTRE, 33, 100, 5), (140, 140))
    steps = np.rint(values * 255).astype(np.uint8)
    expected = only(steps.astype(np.float32) / np.float32(255)).values()
    assert only(steps).values() == expected
    assert only(steps.astype(np.uint16) * np.uint16(257)).values() == expected


def test_roughness_grows_no_spurs():
    mask = np.zeros((60, 200), bool)
    mask[25:35, 10:190] = True
    rng = np.random.default_rng(0)
    for column in rng.choice(np.arange(15, 185), 40, replace=False):
        mask[24 - rng.integers(2) : 25, column] = True
        mask[35 : 36 + rng.integers(2), column] = True
    crack = only(mask)
    assert (crack.branch_points, crack.ends) == (0, 2)
    assert crack.length == pytest.approx(180, rel=0.02)


def test_crack_that_runs_out_of_the_image_ends_at_its_border():
    mask = np.zeros((40, 50), bool)
    mask[18:23] = True
    crack = only(mask)
    assert crack.length == pytest.approx(50, abs=0.2)
    assert crack.width_mean == pytest.approx(5, abs=0.01)
    assert crack.box == (0, 18, 50, 5)
    x = np.concatenate(crack.lines)[:, 0]
    assert (x.min(), x.max()) == pytest.approx((0, 50), abs=0.1)
    assert np.concatenate(crack.lines)[:, 1] == pytest.approx(20.5)


def test_cracks_touching_at_a_corner_are_one_and_the_worst_comes_first():
    mask = np.zeros((60, 60), bool)
    mask[5:8, 5:30] = True
    mask[8:11, 30:50] = True
    mask[40:50, 5:55] = True
    mask[20, 20:25] = True  # too short
    worst, other = measure_cracks(mask)
    assert (worst.area, other.area) == (500, 135)
    assert worst.severity > other.severity
    assert other.box == (5, 5, 45, 6)


def test_limits_leave_out_small_cracks():
    mask = np.zeros((40, 60), bool)
    mask[5:8, 5:30] = True
    mask[20, 5:45] = True
    assert len(measure_cracks(mask)) == 2
    assert [c.area for c in measure_cracks(mask, min_length=30)] == [40]
    assert [c.area for c in measure_cracks(mask, min_area=50)] == [75]


def test_millimetres():
    values = analytic.coverage(analytic.bar(CENTRE, 33, 100, 5), (140, 140))
    figures = only(values, mm_per_pixel=0.25).values()
    for name in ('length', 'width_mean', 'width_max'):
        assert figures[f'{name}_mm'] == pytest.approx(figures[f'{name}_px'] / 4, abs=1e-4)
    assert figures['area_mm2'] == figures['area_px2'] / 16
    assert only(values).values()['length_mm'] is None


@pytest.mark.parametrize('value', [False, True])
def test_plain_images(value):
    cracks = measure_cracks(np.full((30, 40), value))
    assert all(np.isnan(crack.width_mean) or crack.width_mean > 0 for crack in cracks)
    assert bool(cracks) == value


@pytest.mark.parametrize(
    ('values', 'options', 'message'),
    [
        (np.zeros((3, 4, 5)), {}, r'not of shape \(3, 4, 5\)'),
        (np.zeros((3, 4), np.int32), {}, 'int32 values'),
        (np.full((3, 4), 2.0), {}, 'outside'),
        (np.full((3, 4), np.nan), {}, 'NaN'),
        (np.zeros((3, 4)), {'threshold': 1.0}, 'threshold'),
        (np.zeros((3, 4)), {'mm_per_pixel': 0.0}, 'mm_per_pixel'),
        (np.zeros((3, 4)), {'min_length': -1}, 'min_length'),
    ],
)
def test_wrong_arguments_are_named(values, options, message):
    with pytest.raises(ValueError, match=message):
        measure_cracks(values, **options)
