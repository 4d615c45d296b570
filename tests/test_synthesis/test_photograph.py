import cv2
import numpy as np
import pytest
from skimage.morphology import skeletonize

from mmcrack.synthesis import (
    FractalParams,
    PhotographParams,
    add_crack,
    crack_photograph,
    fractal_crack,
    indexed_seed,
    write_photographs,
)
from mmcrack.synthesis.surfaces import SURFACES


def test_photograph_is_decided_by_the_seed():
    first, again, other = (crack_photograph((96, 130), seed) for seed in (4, 4, 5))
    assert first[0].shape == (96, 130, 3)
    assert first[0].dtype == first[1].dtype == np.uint8
    np.testing.assert_array_equal(first[0], again[0])
    np.testing.assert_array_equal(first[1], again[1])
    assert (first[0] != other[0]).any()


def test_mask_is_the_fractal_of_the_same_seed():
    params = PhotographParams(crack_free=0.0, fractal=FractalParams())
    for seed in range(5):
        _, mask = crack_photograph(128, seed, params=params)
        np.testing.assert_array_equal(mask, fractal_crack(128, seed))


def test_crack_free_rate():
    share = [not crack_photograph(32, seed)[1].any() for seed in range(300)]
    assert 0.05 < np.mean(share) < 0.16  # 10 % asked for
    every = PhotographParams(crack_free=1.0)
    assert not any(crack_photograph(32, seed, params=every)[1].any() for seed in range(20))


def test_crack_is_darker_than_what_lies_around_it():
    params = PhotographParams(crack_free=0.0)
    ratios = []
    for seed in range(40):
        rgb, mask = crack_photograph(192, seed, params=params)
        around = cv2.dilate(mask, np.ones((15, 15))) & ~cv2.dilate(mask, np.ones((5, 5)))
        ratios.append(rgb[mask > 0].mean() / rgb[around > 0].mean())
    assert np.mean(np.array(ratios) < 0.95) >= 0.95
    assert np.mean(ratios) < 0.75


def test_darkness_begins_at_the_contour_of_the_mask():
    params = PhotographParams(
        surfaces=('concrete',),
        crack_free=0.0,
        distractors=0.0,
        blur=0.0,
        noise=0.0,
        fractal=FractalParams(width=(16.0, 36.0)),
    )
    inner, outer = [], []
    for seed in range(30):
        rgb, mask = crack_photograph(192, seed, params=params)
        gray = rgb.mean(axis=2)
        core = cv2.distanceTransform(mask, cv2.DIST_L2, 5) >= 4
        gap = cv2.distanceTransform(255 - mask, cv2.DIST_L2, 5)
        if core.sum() < 50:
            continue
        dark, light = gray[core].mean(), gray[(gap > 4) & (gap < 12)].mean()
        depth = (light - gray) / (light - dark)
        rim = cv2.distanceTransform(mask, cv2.DIST_L2, 5)
        inner.append(depth[(rim > 0) & (rim < 1.5)].mean())  # first pixel inside
        outer.append(depth[(gap > 0) & (gap < 1.5)].mean())  # first pixel outside
    assert len(inner) >= 20
    assert np.mean(inner) > 0.55
    assert np.mean(outer) < 0.25


@pytest.mark.parametrize('name', sorted(SURFACES))
def test_surface(name):
    rng = np.random.default_rng(0)
    images = [SURFACES[name]((100, 75), rng) for _ in range(5)]
    for image in images:
        assert image.shape == (100, 75, 3)
        assert image.dtype == np.float32
        assert 0.1 < image.mean() < 1.0
        assert image.std() > 0.01
    assert not np.array_equal(images[0], images[1])


def test_backgrounds_are_cut_from_the_given_folder(tmp_path):
    cv2.imwrite(str(tmp_path / 'wall.png'), np.full((64, 64, 3), (40, 80, 160), np.uint8))  # BGR
    params = PhotographParams(
        background_share=1.0, crack_free=1.0, distractors=0.0, blur=0.0, noise=0.0, jpeg=(98, 98)
    )
    rgb, _ = crack_photograph(48, 0, params=params, backgrounds=str(tmp_path))
    red, green, blue = rgb.reshape(-1, 3).mean(axis=0)
    assert red > 1.5 * green > 2 * blue


def test_bad_backgrounds_are_named(tmp_path):
    always = PhotographParams(background_share=1.0)
    with pytest.raises(FileNotFoundError, match='nowhere'):
        crack_photograph(32, 0, params=always, backgrounds=str(tmp_path / 'nowhere'))
    with pytest.raises(FileNotFoundError, match='no image'):
        crack_photograph(32, 0, params=always, backgrounds=str(tmp_path))
    broken = tmp_path / 'broken'
    broken.mkdir()
    (broken / 'a.png').write_bytes(b'not a picture')
    with pytest.raises(ValueError, match=r'a\.png'):
        crack_photograph(32, 0, params=always, backgrounds=str(broken))


def test_unknown_surface_is_named():
    with pytest.raises(ValueError, match='marble'):
        PhotographParams(surfaces=('marble',))


def test_written_files_are_the_photographs(tmp_path):
    names = write_photographs(tmp_path, 3, (40, 60), seed=9)
    assert names == ['000000', '000001', '000002']
    assert sorted(p.name for p in tmp_path.rglob('*') if p.is_file()) == sorted(
        f'{name}.png' for name in names * 2
    )
    rgb, mask = crack_photograph((40, 60), indexed_seed(9, 2))
    image = cv2.imread(str(tmp_path / 'images/000002.png'))
    np.testing.assert_array_equal(image[..., ::-1], rgb)
    stored = cv2.imread(str(tmp_path / 'masks/000002.png'), cv2.IMREAD_UNCHANGED)
    np.testing.assert_array_equal(stored, mask)


def test_stones_are_bright_and_in_the_mask():
    surface = np.full((192, 192, 3), 150, np.uint8)
    fractal = FractalParams(width=(20, 30))
    params = [PhotographParams(stones=share, blur=0.3, fractal=fractal) for share in (0.0, 1.0)]
    for seed in range(3):
        (clean, mask), (stony, same) = (add_crack(surface, seed, params=p) for p in params)
        np.testing.assert_array_equal(mask, same)
        brighter = stony[..., 0].astype(int) - clean[..., 0]
        inside = cv2.erode(mask, np.ones((3, 3), np.uint8)) > 0
        assert (brighter[inside] > 20).mean() > 0.01
        assert brighter[cv2.dilate(mask, np.ones((9, 9), np.uint8)) == 0].max() <= 1


def test_hairlines_are_drawn_wide_and_wide_cracks_as_they_are():
    surface = np.full((192, 192, 3), 150, np.uint8)
    for width, most_added in ((1.5, None), (30.0, 0.1)):
        fractal = FractalParams(width=(width, width), generations=(2, 2), branching=(0, 0))
        carved, drawn = (
            add_crack(surface, 7, params=PhotographParams(fractal=fractal, drawn_width=pixels))
            for pixels in (0, 5)
        )
        np.testing.assert_array_equal(carved[0], drawn[0])  # what is seen is the same
        assert ((drawn[1] > 0) | (carved[1] == 0)).all()
        depth = cv2.distanceTransform(drawn[1], cv2.DIST_L2, 5)
        centers = skeletonize(drawn[1] > 0)
        assert np.quantile(depth[centers], 0.1) > 1.9  # 5 pixels wide: 2.5 from the contour
        added = (drawn[1] > 0).sum() / (carved[1] > 0).sum() - 1
        assert added > 0.5 if most_added is None else added < most_added


def test_cracks_are_as_clear_as_asked():
    rng = np.random.default_rng(0)
    coarse = rng.integers(60, 200, (192, 192, 3), dtype=np.uint8)
    fractal = FractalParams(width=(12, 16))
    darker = []
    for clear in (0.5, 3.0):
        params = PhotographParams(contrast=(0.1, 0.1), clear=clear, fractal=fractal, blur=0.3)
        image, mask = add_crack(coarse, 3, params=params)
        inside = cv2.erode(mask, np.ones((5, 5), np.uint8)) > 0
        darker.append(1 - image[inside].mean() / coarse[inside].mean())
    assert darker[0] < 0.35 < darker[1]


@pytest.mark.parametrize('width', [-1, 4])
def test_a_brush_has_a_middle(width):
    with pytest.raises(ValueError, match='drawn_width must be 0 or odd'):
        PhotographParams(drawn_width=width)
