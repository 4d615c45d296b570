import pytest
import torch

from mmcrack.models import ResNet6n2


@pytest.mark.parametrize(
    ('depth', 'millions'), [(20, 0.27), (32, 0.46), (44, 0.66), (56, 0.85), (110, 1.73)]
)
def test_has_the_published_layers_and_parameters(depth, millions):
    model = ResNet6n2(depth)
    layers = [m for m in model.modules() if isinstance(m, torch.nn.Conv2d)]
    assert len(layers) + 1 == depth  # the classifier is the last
    total = sum(p.numel() for p in model.parameters()) + 10 * 65  # of CIFAR-10
    assert total / 1e6 == pytest.approx(millions, abs=0.005)


def test_the_first_stage_keeps_the_size_and_shortcuts_pad_channels():
    model = ResNet6n2(20)
    (out,) = model(torch.randn(2, 3, 21, 32))
    assert out.shape == (2, 64, 6, 8)
    x = torch.randn(1, 16, 5, 6)
    short = model.layer2[0].downsample(x)
    assert torch.equal(short[:, :16], x[..., ::2, ::2])
    assert short.shape == (1, 32, 3, 3)
    assert (short[:, 16:] == 0).all()


def test_other_depths_are_refused():
    with pytest.raises(KeyError, match='18'):
        ResNet6n2(18)
