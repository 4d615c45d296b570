"""A restorer that a discriminator trains (UP-CrackNet)."""

from collections.abc import Mapping
from typing import Any

from mmengine.optim import OptimWrapperDict
from mmseg.utils import SampleList
from torch import Tensor

from mmcrack.models.layers.real_or_not import real_or_not
from mmcrack.models.segmentors.restoration_segmentor import RestorationSegmentor
from mmcrack.registry import MODELS


@MODELS.register_module()
class AdversarialRestorationSegmentor(RestorationSegmentor):
    """A conditional GAN: the discriminator tells restored images from originals, given the views.

    In each step first the discriminator learns, from the restoration as it is, then the generator
    (all other parts): its restoration losses, and that the discriminator be deceived. Each has an
    optimizer of its own, an entry of ``optim_wrapper``; its constructor is
    :class:`~mmcrack.engine.submodule_optim_wrappers.SubmoduleOptimWrapperConstructor`.

    Source: Isola et al., Image-to-image translation with conditional adversarial networks, CVPR
    2017; Ma et al., UP-CrackNet, 2024.

    Args:
        discriminator: Config of a module from (views, images), each (N, 3, H, W) in [−1, 1], to
            logits of originals: ``PatchDiscriminator``. Its corruption has one view.
        adversarial_weight: Factor of the generator's adversarial loss.
        **kwargs: As :class:`RestorationSegmentor`.
    """

    def __init__(
        self,
        *args: Any,
        discriminator: Mapping[str, Any],
        adversarial_weight: float = 1.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.discriminator = MODELS.build(discriminator)
        self.adversarial_weight = adversarial_weight

    def train_step(self, data: dict, optim_wrapper: OptimWrapperDict) -> dict[str, Tensor]:
        """Train both once.

        Raises:
            ValueError: there are not the two optimizers.
        """
        names = set(optim_wrapper.keys()) if isinstance(optim_wrapper, OptimWrapperDict) else set()
        if names != {'generator', 'discriminator'}:
            raise ValueError(
                'AdversarialRestorationSegmentor: optim_wrapper needs the entries generator and '
                "discriminator, and constructor='mmcrack.SubmoduleOptimWrapperConstructor'"
            )
        inputs = self.data_preprocessor(data, True)['inputs']
        generator, discriminator = optim_wrapper['generator'], optim_wrapper['discriminator']
        with generator.optim_context(self):
            view, original, restored, losses = self._restored(inputs)
        with discriminator.optim_context(self.discriminator):
            judged = self.discriminator_losses(view, original, restored.detach())
        loss, log = self.parse_losses(judged)
        discriminator.update_params(loss)
        log['loss_discriminator'] = log.pop('loss')
        with generator.optim_context(self):
            losses.update(self._deception(view, restored))
        loss, generator_log = self.parse_losses(losses)
        generator.update_params(loss)
        return {**generator_log, **log}

    def loss(self, inputs: Tensor, data_samples: SampleList) -> dict[str, Tensor]:
        """The generator's losses."""
        view, _, restored, losses = self._restored(inputs)
        return {**losses, **self._deception(view, restored)}

    def _restored(self, inputs: Tensor) -> tuple[Tensor, Tensor, Tensor, dict[str, Tensor]]:
        """View, original and restoration in [−1, 1], and the restoration losses."""
        self.check_size(inputs)
        hidden = self.corruption(inputs)
        if hidden.shape[1] != 1:
            raise ValueError('AdversarialRestorationSegmentor: its corruption must have one view')
        restored, losses = self.restore(inputs, hidden)
        original = self.pixels(inputs)
        losses = {**self.compare(restored, original), **losses}
        view = 2 * self.pixels(self.hide(inputs, hidden)[:, 0]) - 1
        return view, 2 * original - 1, 2 * restored - 1, losses

    def discriminator_losses(
        self, view: Tensor, original: Tensor, restored: Tensor
    ) -> dict[str, Tensor]:
        """Half the cross-entropy of originals, and half that of restorations, as pix2pix has it."""
        return {
            'loss_original': 0.5 * real_or_not(self.discriminator(view, original), real=True),
            'loss_restored': 0.5 * real_or_not(self.discriminator(view, restored), real=False),
        }

    def _deception(self, view: Tensor, restored: Tensor) -> dict[str, Tensor]:
        """The generator's adversarial loss, whose gradient leaves the discriminator alone."""
        self.discriminator.requires_grad_(False)
        loss = real_or_not(self.discriminator(view, restored), real=True)
        self.discriminator.requires_grad_(True)
        return {'loss_adversarial': self.adversarial_weight * loss}
