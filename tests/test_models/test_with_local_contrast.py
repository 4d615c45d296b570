import numpy as np
import pytest
import torch
from mmengine.registry import MODELS, DefaultScope

from mmcrack.models.backbones.with_local_contrast import local_contrast

UNET = dict(
    type='UNet',
    in_channels=5,
    base_channels=4,
    num_stages=2,
    strides=(1, 1),
    enc_num_convs=(1, 1),
    dec_num_convs=(1,),
    downsamples=(True,),
    enc_dilations=(1, 1),
    dec_dilations=(1,),
    norm_cfg=dict(type='BN'),
)


@pytest.fixture
def wrapped():
    with DefaultScope.overwrite_default_scope('mmseg'):
        yield MODELS.build(dict(type='mmcrack.WithLocalContrast', backbone=UNET, windows=(3, 9)))


@pytest.mark.parametrize('window', [3, 9])
def test_contrast_is_that_of_the_window_within_the_image(window):
    gray = torch.rand(1, 1, 12, 17, generator=torch.Generator().manual_seed(0))
    found = local_contrast(gray, window, 0.05)[0, 0].numpy()
    values, half = gray[0, 0].numpy().astype(float), window // 2
    for y, x in np.ndindex(values.shape):
        around = values[max(y - half, 0) : y + half + 1, max(x - half, 0) : x + half + 1]
        expected = (values[y, x] - around.mean()) / np.hypot(around.std(), 0.05)
        assert found[y, x] == pytest.approx(expected, abs=1e-4)


def test_light_does_not_change_it():
    gray = torch.rand(1, 1, 20, 20)
    brighter = local_contrast(3 * gray + 1, 9, 0)
    torch.testing.assert_close(brighter, local_contrast(gray, 9, 0), atol=1e-3, rtol=0)


def test_backbone_gets_image_and_contrasts(wrapped, monkeypatch):
    seen = []
    monkeypatch.setattr(wrapped.backbone, 'forward', lambda x: seen.append(x) or (x,))
    image = torch.rand(2, 3, 16, 24)
    wrapped(image)
    (given,) = seen
    torch.testing.assert_close(given[:, :3], image)
    gray = image.mean(1, keepdim=True)
    torch.testing.assert_close(given[:, 3:4], local_contrast(gray, 3, 0.05))
    torch.testing.assert_close(given[:, 4:], local_contrast(gray, 9, 0.05))


def test_it_trains(wrapped):
    levels = wrapped(torch.rand(2, 3, 16, 24))
    assert levels[-1].shape == (2, 4, 16, 24)
    levels[-1].sum().backward()
    assert all(parameter.grad is not None for parameter in wrapped.parameters())


@pytest.mark.parametrize('windows', [(4,), (1,)])
def test_windows_have_a_middle(windows):
    with pytest.raises(ValueError, match='odd numbers from 3'):
        MODELS.build(dict(type='mmcrack.WithLocalContrast', backbone=UNET, windows=windows))
