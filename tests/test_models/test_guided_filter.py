"""The guided filter against its definition: a ridge regression in every window."""

import numpy as np
import pytest
import torch

from mmcrack.models.layers.guided_filter import GuidedFilter, box_mean


def windows(shape: tuple[int, int], radius: int):
    """Each pixel with its window, cut at the border."""
    for i, j in np.ndindex(*shape):
        yield (
            (i, j),
            np.s_[max(0, i - radius) : i + radius + 1, max(0, j - radius) : j + radius + 1],
        )


def by_definition(guide: np.ndarray, image: np.ndarray, radius: int, eps: float) -> np.ndarray:
    """Eq. 5 solved as a least-squares problem in every window, Eq. 8 by loops."""
    slope, offset = np.zeros(guide.shape), np.zeros(guide.shape)
    for pixel, window in windows(guide.shape, radius):
        inside, target = guide[window].ravel(), image[window].ravel()
        penalty = [np.sqrt(eps * inside.size), 0.0]  # ε·a² for each pixel of the window
        design = np.vstack([np.stack([inside, np.ones_like(inside)], 1), penalty])
        (slope[pixel], offset[pixel]), *_ = np.linalg.lstsq(
            design, np.append(target, 0), rcond=None
        )
    result = np.zeros(guide.shape)
    for pixel, window in windows(guide.shape, radius):
        result[pixel] = slope[window].mean() * guide[pixel] + offset[window].mean()
    return result


@pytest.mark.parametrize(('radius', 'eps'), [(1, 1e-2), (3, 1e-6), (5, 1.0)])
def test_equals_the_definition(radius, eps):
    rng = np.random.default_rng(0)
    guide, image = rng.random((2, 11, 9))
    found = GuidedFilter(radius, eps)(*(torch.from_numpy(x)[None, None] for x in (guide, image)))
    np.testing.assert_allclose(found[0, 0], by_definition(guide, image, radius, eps), atol=1e-9)


def test_images_and_channels_are_filtered_apart():
    guide, image = torch.rand(2, 1, 12, 10), torch.rand(2, 3, 12, 10)
    smooth = GuidedFilter(2, 1e-3)
    found = smooth(guide, image)
    for n in range(2):
        for c in range(3):
            alone = smooth(guide[n : n + 1], image[n : n + 1, c : c + 1])
            torch.testing.assert_close(found[n, c], alone[0, 0])


def test_flat_guide_smooths_and_own_guide_preserves():
    image = torch.rand(1, 1, 16, 16)
    flat = GuidedFilter(2, 1e-6)(torch.full_like(image, 0.3), image)
    torch.testing.assert_close(flat, box_mean(box_mean(image, 2), 2))
    torch.testing.assert_close(GuidedFilter(2, 1e-9)(image, image), image)


def test_tiny_epsilon_is_kept_in_float32():
    """A nearly flat guide, whose variance float32 would lose beside its square."""
    generator = torch.Generator().manual_seed(0)
    guide = 0.9 + 1e-4 * torch.rand(1, 1, 8, 8, generator=generator)
    image = (guide - 0.9) * 1e4
    expected = by_definition(guide[0, 0].double().numpy(), image[0, 0].double().numpy(), 2, 1e-10)
    found = GuidedFilter(2, 1e-10)(guide, image)
    assert found.dtype == torch.float32
    np.testing.assert_allclose(found[0, 0], expected, atol=1e-4)


def test_window_larger_than_the_image_takes_all_of_it():
    image = torch.rand(1, 1, 4, 3, dtype=torch.float64)
    torch.testing.assert_close(box_mean(image, 9), image.mean().expand(1, 1, 4, 3))


@pytest.mark.parametrize(('radius', 'eps'), [(0, 1.0), (3, 0.0)])
def test_wrong_arguments_are_refused(radius, eps):
    with pytest.raises(ValueError, match='radius and eps must be positive'):
        GuidedFilter(radius, eps)
