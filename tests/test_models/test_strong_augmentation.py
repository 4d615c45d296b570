import cv2
import numpy as np
import pytest
import torch
from teacher_toy import PLAIN

from mmcrack.models.layers.strong_augmentation import StrongAugmentation, blurred

SIZE = 24, 40


def images(count=6):
    draw = torch.Generator().manual_seed(0)
    return torch.randint(0, 256, (count, 3, *SIZE), generator=draw).float()


def test_what_is_pasted_is_pasted_in_all_maps_alike():
    pixels = images()
    label, marker = pixels[:, :1].int(), torch.arange(6).view(6, 1, 1, 1).expand(6, 1, *SIZE)
    torch.manual_seed(0)
    mixed, mixed_label, source = StrongAugmentation(**PLAIN | dict(cutmix_prob=1))(
        pixels, label, marker
    )
    assert (mixed_label.dtype, source.dtype) == (torch.int32, torch.int64)
    rows, columns = torch.meshgrid(*map(torch.arange, SIZE), indexing='ij')
    expected = pixels[source[:, 0], :, rows, columns].permute(0, 3, 1, 2)
    torch.testing.assert_close(mixed, expected, atol=1e-3, rtol=0)
    assert torch.equal(mixed_label, expected[:, :1].int())
    for number, part in enumerate(source[:, 0]):
        foreign = part != number
        assert len(part[foreign].unique()) == 1  # one other image
        height, width = (foreign.any(axis).sum() for axis in (1, 0))
        assert foreign.sum() == height * width  # a rectangle
        assert foreign.float().mean() == pytest.approx(0.5, abs=0.07)  # of half the area


def test_rectangles_come_in_the_given_share_of_images_and_of_all_shapes():
    torch.manual_seed(0)
    marker = torch.arange(2000).view(-1, 1, 1, 1).expand(-1, 1, 20, 20)
    augment = StrongAugmentation(**PLAIN | dict(cutmix_prob=0.3))
    foreign = augment(marker.float(), marker)[1] != marker
    assert foreign.flatten(1).any(1).float().mean() == pytest.approx(0.3, abs=0.04)
    heights = foreign.any(3).sum((1, 2))
    assert set(heights.unique().tolist()) == {0, *range(10, 21)}


def test_an_only_image_stays_itself():
    pixels = images(1)
    mixed, label = StrongAugmentation(**PLAIN | dict(cutmix_prob=1))(pixels, pixels)
    torch.testing.assert_close(mixed, pixels, atol=1e-3, rtol=0)
    assert torch.equal(label, pixels)


def test_without_strength_nothing_changes():
    pixels = images()
    torch.testing.assert_close(StrongAugmentation(**PLAIN)(pixels)[0], pixels, atol=1e-3, rtol=0)


@pytest.mark.parametrize(
    'strength', [dict(contrast=0.4), dict(brightness=0.2), dict(gamma=1.5), dict(blur=1.0)]
)
def test_colors_change_within_bounds_and_move_nothing(strength):
    torch.manual_seed(0)
    steps = (torch.arange(200, dtype=torch.float32) + 20).expand(500, 1, 3, 200)
    found = StrongAugmentation(**PLAIN | strength)(steps)[0]
    assert (found.diff(dim=3) >= 0).all()  # brighter pixels stay brighter
    middle, changes = found[:, 0, 1, 100], dict(contrast=0.5, brightness=51, gamma=54, blur=0.5)
    (name,) = strength
    assert (middle - 120).abs().max() <= changes[name]
    darkest = found[:, 0, 1, 0]
    assert darkest.std() > (0.1 if name == 'blur' else 4)  # each image has its own strength


def test_noise_is_as_strong_as_told():
    torch.manual_seed(0)
    gray = torch.full((200, 3, 16, 16), 128.0)
    spread = StrongAugmentation(**PLAIN | dict(noise=12))(gray)[0].flatten(1).std(1)
    assert spread.max() < 13
    assert spread.mean() == pytest.approx(6, abs=1)


def test_blur_is_opencvs():
    sigmas = torch.tensor([0.0, 0.6, 1.4])
    pixels = images(3)
    found = blurred(pixels, sigmas)
    assert torch.equal(found[0], pixels[0])
    side = 2 * 5 + 1  # three times the largest σ
    for image, sigma, result in zip(pixels[1:], sigmas[1:], found[1:], strict=True):
        array = np.ascontiguousarray(image.permute(1, 2, 0).numpy())
        expected = cv2.GaussianBlur(array, (side, side), float(sigma))
        np.testing.assert_allclose(result.permute(1, 2, 0), expected, atol=1e-3)


def test_an_image_smaller_than_the_filter_is_blurred():
    assert blurred(torch.rand(2, 1, 2, 1), torch.tensor([3.0, 1.0])).shape == (2, 1, 2, 1)


def test_draws_come_from_torchs_random_state():
    def run(seed):
        torch.manual_seed(seed)
        return StrongAugmentation()(images())[0]

    assert torch.equal(run(1), run(1))
    assert not torch.equal(run(1), run(2))


def test_mixed_precision_leaves_colors_alone():
    torch.manual_seed(1)
    expected = StrongAugmentation()(images())[0]
    torch.manual_seed(1)
    with torch.autocast('cpu', torch.bfloat16):
        assert torch.equal(StrongAugmentation()(images())[0], expected)


@pytest.mark.parametrize(
    'wrong', [dict(contrast=2), dict(gamma=0.5), dict(blur=-1), dict(cutmix=0), dict(cutmix=1.5)]
)
def test_strengths_out_of_range_are_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        StrongAugmentation(**wrong)
