"""A discriminator of predicted maps, and what it teaches a segmenter (FreeCOS)."""

from itertools import pairwise

from mmengine.logging import MessageHub
from torch import Tensor, nn
from torch.func import functional_call

from mmcrack.models.layers.real_or_not import real_or_not
from mmcrack.registry import MODELS

_STRIDE = 32  # of the discriminator's output


@MODELS.register_module()
class PredictionAdversary(nn.Module):
    """Makes maps of real photographs look like maps of synthetic images.

    FreeCOS's prediction space adaptation loss. A discriminator of five convolutions learns to tell
    which of two kinds of images a map of probabilities belongs to; the segmenter learns to make
    maps of photographs that pass for synthetic ones. Both losses go into one backward pass:
    the discriminator learns from maps without their graph, the segmenter from a discriminator whose
    weights stand still. The segmenter's term fades to 0 towards the end of the training.

    Source: Shi et al., FreeCOS, ICCV 2023; the network and the weights are those of the official
    code. There, the discriminator has an optimizer of its own (Adam, 0.001).

    Args:
        channels: Channels after the first convolution; each of the next three doubles them.
        weight: Of the segmenter's term at the beginning.
        discriminator_weight: Of each of the discriminator's two terms.

    Raises:
        ValueError: a weight is negative.
    """

    def __init__(
        self,
        *,
        channels: int = 64,
        weight: float = 0.25,
        discriminator_weight: float = 0.125,
    ) -> None:
        super().__init__()
        if weight < 0 or discriminator_weight < 0:
            raise ValueError(
                f'PredictionAdversary: weight={weight} and discriminator_weight='
                f'{discriminator_weight} must not be negative'
            )
        self.discriminator = _discriminator(channels)
        self.weight = weight
        self.discriminator_weight = discriminator_weight

    def forward(self, probabilities: Tensor, real: Tensor) -> dict[str, Tensor]:
        """Losses of a batch.

        Args:
            probabilities: Predicted maps, (N, 1, H, W).
            real: Which of the images are photographs, bool (N,).

        Returns:
            ``loss_adversarial``, the segmenter's, and ``loss_discriminator``.

        Raises:
            ValueError: the maps are smaller than 32×32.
        """
        height, width = probabilities.shape[-2:]
        if min(height, width) < _STRIDE:
            raise ValueError(f'PredictionAdversary needs maps of {_STRIDE}×{_STRIDE} at least')
        frozen = {name: p.detach() for name, p in self.discriminator.named_parameters()}
        seen = functional_call(self.discriminator, frozen, (probabilities[real],))
        told = self.discriminator(probabilities.detach())
        terms = real_or_not(told[real], real=True) + real_or_not(told[~real], real=False)
        return dict(
            loss_adversarial=self.weight * (1 - _progress()) * real_or_not(seen, real=False),
            loss_discriminator=self.discriminator_weight * terms,
        )


def _discriminator(channels: int) -> nn.Sequential:
    widths = [1, channels, 2 * channels, 4 * channels, 8 * channels]
    layers: list[nn.Module] = []
    for before, after in pairwise(widths):
        layers += [nn.Conv2d(before, after, 4, 2, 1), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.Conv2d(widths[-1], 1, 4, 2, 1))


def _progress() -> float:
    """Share of the training that is done; 0 outside of a Runner."""
    hub = MessageHub.get_current_instance()
    return hub.get_info('iter', 0) / max(hub.get_info('max_iters', 1), 1)
