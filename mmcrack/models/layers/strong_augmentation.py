"""Augmentation of a batch on its device, of which the original is seen by a teacher."""

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mmcrack.registry import MODELS

_WHITE = 255.0


@MODELS.register_module()
class StrongAugmentation(nn.Module):
    """Changes the colors of each image, and pastes a rectangle of another image of the batch.

    What is pasted (CutMix) is pasted in labels and targets as well, so these stay true; colors do
    not move anything. Every image draws strengths of its own, evenly up to the given ones, in this
    order: contrast, brightness, gamma, blur, noise. Draws come from torch's global state.

    Sources: Sohn et al., FixMatch, NeurIPS 2020 (strong views for the student alone); French et
    al., Semi-supervised semantic segmentation needs strong, varied perturbations, BMVC 2020
    (CutMix; a rectangle of half the image, of random shape and place).

    Args:
        contrast: Largest change of the factor by which gray values differ from their mean.
        brightness: Largest shift, as a share of 255.
        gamma: Largest exponent of gray values in [0, 1]; its inverse is the smallest.
        blur: Largest σ of a Gaussian filter, in pixels. Hairlines vanish from about 1 on.
        noise: Largest σ of Gaussian noise, in gray values.
        cutmix: Share of an image's area that is pasted.
        cutmix_prob: Share of the images that get a rectangle; 0 for none.

    Raises:
        ValueError: a strength is out of range.
    """

    def __init__(
        self,
        *,
        contrast: float = 0.4,
        brightness: float = 0.2,
        gamma: float = 1.5,
        blur: float = 1.0,
        noise: float = 10.0,
        cutmix: float = 0.5,
        cutmix_prob: float = 0.5,
    ) -> None:
        super().__init__()
        shares = dict(contrast=contrast, brightness=brightness, cutmix_prob=cutmix_prob)
        for name, value in shares.items():
            if not 0 <= value <= 1:
                raise ValueError(f'StrongAugmentation: {name}={value} must lie in [0, 1]')
        if gamma < 1 or min(blur, noise) < 0 or not 0 < cutmix <= 1:
            raise ValueError(
                'StrongAugmentation: needs gamma ≥ 1, blur ≥ 0, noise ≥ 0 and 0 < cutmix ≤ 1, got '
                f'{gamma}, {blur}, {noise} and {cutmix}'
            )
        self.contrast = contrast
        self.brightness = brightness
        self.gamma = gamma
        self.blur = blur
        self.noise = noise
        self.cutmix = cutmix
        self.cutmix_prob = cutmix_prob

    @torch.no_grad()
    def forward(self, images: Tensor, *maps: Tensor) -> tuple[Tensor, ...]:
        """Augment.

        Args:
            images: (N, C, H, W), in [0, 255].
            *maps: What belongs to the pixels, (N, K, H, W) of any type.

        Returns:
            New images, float32 in [0, 255], and new maps.
        """
        mixed, partners = self._rectangles(images)
        with torch.autocast(images.device.type, enabled=False):  # 8 bits are too few for colors
            changed = self._colors(images.float())
        return tuple(torch.where(mixed, values[partners], values) for values in (changed, *maps))

    def _colors(self, images: Tensor) -> Tensor:
        strength = _drawer(images)
        mean = images.mean((1, 2, 3), keepdim=True)
        images = mean + (1 + strength(self.contrast)) * (images - mean)
        images = images + _WHITE * strength(self.brightness)
        exponent = (strength(1) * math.log(self.gamma)).exp()
        images = _WHITE * (images.clamp(0, _WHITE) / _WHITE) ** exponent
        if self.blur:
            images = blurred(images, strength(self.blur).abs().flatten())
        noise = strength(self.noise).abs() * torch.randn_like(images)
        return (images + noise).clamp(0, _WHITE)

    def _rectangles(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Where to paste, (N, 1, H, W), and the number of the image to paste from, (N,)."""
        count, _, height, width = images.shape
        shape, top, left, chosen = torch.rand(4, count)
        tall = self.cutmix**shape  # evenly on the logarithmic scale, from `cutmix` to 1
        rows = _inside(height, tall, top)[:, None, :, None]
        columns = _inside(width, self.cutmix / tall, left)[:, None, None, :]
        mixed = rows & columns & (chosen < self.cutmix_prob)[:, None, None, None]
        step = int(torch.randint(1, max(count, 2), ()))  # an only image is its own partner
        partners = (torch.arange(count) + step) % count
        return mixed.to(images.device), partners.to(images.device)


def blurred(images: Tensor, sigmas: Tensor) -> Tensor:
    """Filter each image of (N, C, H, W) by a Gaussian of its own σ, (N,), in pixels."""
    count, channels, height, width = images.shape
    radius = max(min(math.ceil(3 * float(sigmas.max())), height - 1, width - 1), 0)
    offsets = torch.arange(-radius, radius + 1, device=images.device)
    kernels = (-((offsets / sigmas[:, None].clamp_min(1e-3)) ** 2) / 2).exp()
    kernels = (kernels / kernels.sum(1, keepdim=True)).to(images)
    kernels = kernels.repeat_interleave(channels, 0)[:, None, None]
    maps = F.pad(images, (radius,) * 4, mode='reflect').flatten(0, 1)[None]
    maps = F.conv2d(maps, kernels, groups=count * channels)
    maps = F.conv2d(maps, kernels.transpose(2, 3), groups=count * channels)
    return maps.view_as(images)


def _drawer(images: Tensor) -> Callable[[float], Tensor]:
    """A function that draws a number of [−limit, limit] for each image, (N, 1, 1, 1)."""

    def draw(limit: float) -> Tensor:
        return (limit * (2 * torch.rand(len(images), 1, 1, 1) - 1)).to(images)

    return draw


def _inside(size: int, shares: Tensor, places: Tensor) -> Tensor:
    """For each image a span of that share of the pixels, at a place in [0, 1): (N, size)."""
    lengths = (shares * size).round()
    starts = (places * (size - lengths + 1)).floor()[:, None]
    pixels = torch.arange(size)
    return (pixels >= starts) & (pixels < starts + lengths[:, None])
