import pytest
import torch
from mmengine.logging import MessageHub
from torch.nn import functional as F

from mmcrack.models.layers import PredictionAdversary


@pytest.fixture(autouse=True)
def no_training(request):
    """No training's progress is known, whatever was trained in this process before."""
    MessageHub.get_instance(request.node.nodeid)


@pytest.fixture
def adversary():
    torch.manual_seed(0)
    return PredictionAdversary(channels=4)


@pytest.fixture
def maps():
    draw = torch.Generator().manual_seed(1)
    return torch.rand(3, 1, 40, 64, generator=draw).requires_grad_()


REAL = torch.tensor([True, False, True])


def test_losses_are_weighted_cross_entropies(adversary, maps):
    losses = adversary(maps, REAL)
    real, synthetic = adversary.discriminator(maps[REAL]), adversary.discriminator(maps[~REAL])
    deceived = F.softplus(real).mean()  # −log of the probability of "synthetic"
    told = F.softplus(-real).mean() + F.softplus(synthetic).mean()
    torch.testing.assert_close(losses['loss_adversarial'], 0.25 * deceived)
    torch.testing.assert_close(losses['loss_discriminator'], 0.125 * told)


def test_each_loss_teaches_its_own_part(adversary, maps):
    losses = adversary(maps, REAL)
    losses['loss_adversarial'].backward(retain_graph=True)
    assert all(parameter.grad is None for parameter in adversary.parameters())
    assert maps.grad[REAL].abs().sum() > 0
    assert not maps.grad[~REAL].any()
    maps.grad = None
    losses['loss_discriminator'].backward()
    assert maps.grad is None
    assert all(parameter.grad.any() for parameter in adversary.parameters())


def test_a_discriminator_learns_to_tell_the_maps():
    torch.manual_seed(0)
    adversary = PredictionAdversary(channels=4, weight=0)
    optimizer = torch.optim.Adam(adversary.parameters(), lr=1e-2)
    real = torch.tensor([True, False])
    maps = torch.stack([torch.full((1, 32, 32), value) for value in (0.9, 0.1)])
    first = adversary(maps, real)['loss_discriminator']
    for _ in range(20):
        optimizer.zero_grad()
        adversary(maps, real)['loss_discriminator'].backward()
        optimizer.step()
    assert adversary(maps, real)['loss_discriminator'] < 0.3 * first


@pytest.mark.parametrize('real', [True, False])
def test_one_kind_of_images_alone(adversary, maps, real):
    losses = adversary(maps, torch.full((3,), real))
    assert (losses['loss_adversarial'] > 0) == real
    sum(losses.values()).backward()
    assert all(parameter.grad is not None for parameter in adversary.parameters())


def test_the_segmenters_term_fades(adversary, maps):
    full = adversary(maps, REAL)['loss_adversarial']
    hub = MessageHub.get_instance('fading')
    hub.update_info('iter', 30)
    hub.update_info('max_iters', 40)
    faded = adversary(maps, REAL)
    torch.testing.assert_close(faded['loss_adversarial'], 0.25 * full)
    hub.update_info('iter', 0)


def test_small_maps_and_negative_weights_are_refused(adversary):
    with pytest.raises(ValueError, match='32×32'):
        adversary(torch.rand(1, 1, 31, 64), torch.tensor([True]))
    with pytest.raises(ValueError, match='weight=-1'):
        PredictionAdversary(weight=-1)
