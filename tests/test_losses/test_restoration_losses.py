"""Losses of a restored image, against scikit-image and closed forms."""

import mmcrack.models  # noqa: F401  # first: it makes torchvision importable

# isort: split
import numpy as np
import pytest
import torch
from mmengine.registry import MODELS
from skimage.filters import prewitt_h, prewitt_v
from skimage.metrics import structural_similarity
from skimage.transform import downscale_local_mean
from torch import nn

from mmcrack.models.layers.gradient_similarity import gradient_similarity, similarity_pyramid
from mmcrack.models.losses.style_loss import gram


def pair(size=48):
    generator = torch.Generator().manual_seed(0)
    original = torch.rand(2, 3, size, size, generator=generator)
    noise = torch.randn(2, 3, size, size, generator=generator)
    return (original + 0.1 * noise).clamp(0, 1), original


def loss(name, **options):
    return MODELS.build(dict(type=f'mmcrack.{name}', **options))


def magnitude(gray):
    return np.hypot(prewitt_h(gray), prewitt_v(gray))


def similarity(first, second, constant=170 / 255**2):
    a, b = magnitude(first), magnitude(second)
    return (2 * a * b + constant) / (a**2 + b**2 + constant)


def gray(images):
    return images.mean(1).double().numpy()


def test_pixel_losses_are_the_means_of_differences():
    restored, original = pair()
    difference = (restored - original).numpy()
    assert loss('RestoredPixelsLoss', norm=1)(restored, original).item() == pytest.approx(
        np.abs(difference).mean(), rel=1e-5
    )
    assert loss('RestoredPixelsLoss', norm=2, loss_weight=3.0)(
        restored, original
    ).item() == pytest.approx(3 * (difference**2).mean(), rel=1e-5)


def mirrored(image):
    """H×W×3 with the border of 5 pixels that scikit-image leaves out of its mean."""
    return np.pad(image.permute(1, 2, 0).double().numpy(), ((5, 5), (5, 5), (0, 0)), 'reflect')


def test_ssim_is_scikit_images():
    restored, original = pair()
    options = dict(gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=1.0)
    expected = [
        structural_similarity(mirrored(a), mirrored(b), channel_axis=2, **options)
        for a, b in zip(restored, original, strict=True)
    ]
    found = 1 - loss('SSIMLoss')(restored, original).item()
    assert found == pytest.approx(np.mean(expected), abs=1e-5)


def test_gradient_similarity_is_that_of_scikit_images_prewitt():
    restored, original = pair()
    found = gradient_similarity(restored, original)[:, 0].numpy()
    for part, a, b in zip(found, gray(restored), gray(original), strict=True):
        np.testing.assert_allclose(part, similarity(a, b), atol=1e-4)


def test_each_scale_halves_the_images_by_averaging():
    restored, original = pair()
    maps = similarity_pyramid(restored, original, 4)
    a, b = gray(restored)[0], gray(original)[0]
    for level, found in enumerate(maps):
        assert found.shape == (2, 1, 48 >> level, 48 >> level)
        np.testing.assert_allclose(found[0, 0].numpy(), similarity(a, b), atol=1e-4)
        a, b = (downscale_local_mean(image, (2, 2)) for image in (a, b))
    expected = np.mean([1 - found.mean().item() for found in maps])
    assert loss('GradientSimilarityLoss')(restored, original).item() == pytest.approx(expected)


@pytest.mark.parametrize('name', ['RestoredPixelsLoss', 'SSIMLoss', 'GradientSimilarityLoss'])
def test_a_perfect_restoration_costs_nothing_and_others_have_gradients(name):
    restored, original = pair()
    assert loss(name)(original, original).item() == pytest.approx(0, abs=1e-5)
    restored.requires_grad_()
    flat = torch.full_like(original, 0.5)  # without any gradient of its own
    (loss(name)(restored, original) + loss(name)(restored * 0 + flat, original)).backward()
    assert restored.grad.isfinite().all()
    assert restored.grad.abs().sum() > 0


@pytest.mark.parametrize('name', ['RestoredPixelsLoss', 'SSIMLoss', 'GradientSimilarityLoss'])
def test_autocast_does_not_reach_the_losses(name):
    restored, original = pair()
    expected = loss(name)(restored, original)
    with torch.autocast('cpu', torch.bfloat16):
        assert torch.equal(loss(name)(restored, original), expected)


def test_too_small_images_are_refused():
    with pytest.raises(ValueError, match='at least 8'):
        similarity_pyramid(*pair(size=6), 4)


def test_gram_is_the_mean_of_products():
    features = torch.rand(2, 3, 4, 5)
    brute = torch.zeros(2, 3, 3)
    for i in range(3):
        for j in range(3):
            brute[:, i, j] = (features[:, i] * features[:, j]).sum((1, 2)) / 60
    torch.testing.assert_close(gram(features), brute)


def test_style_is_blind_to_place_and_leaves_its_backbone_alone():
    torch.manual_seed(0)
    style = loss('StyleLoss', backbone=dict(type='mmcrack.PrePoolVGG', depth=11, out_indices=(0,)))
    assert not list(style.parameters())
    assert not style.state_dict()
    restored, original = pair(16)
    restored.requires_grad_()
    style(restored, original).backward()
    assert restored.grad.abs().sum() > 0
    assert all(p.grad is None for p in style.backbone.module.parameters())
    first = style.backbone.module.features[0].conv
    nn.init.zeros_(first.weight[:, :, 0]), nn.init.zeros_(first.weight[:, :, 2])
    nn.init.zeros_(first.weight[:, :, 1, 0]), nn.init.zeros_(first.weight[:, :, 1, 2])
    moved = original.flip(3)  # one pixel at a time is all that the filters see now
    assert style(moved, original).item() == pytest.approx(0, abs=1e-6)
