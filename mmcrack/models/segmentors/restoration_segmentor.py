"""Finds cracks as what a network that has seen none cannot restore."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from mmengine.config import ConfigDict
from mmseg.models.segmentors import EncoderDecoder
from mmseg.utils import OptSampleList, SampleList
from torch import Tensor, nn
from torch.nn import functional as F

from mmcrack.models.corruptions import Corruption
from mmcrack.registry import MODELS

_WHITE = 255.0


@MODELS.register_module()
class RestorationSegmentor(EncoderDecoder):
    """A network restores crack-free photographs of which parts are hidden; its errors are cracks.

    Training needs photographs without cracks and no label: what is hidden and what is to be
    restored are made of the batch. Prediction is mmseg's, at any image size:

        image → corruption → backbone → head → restored image → error map → threshold → logit.

    The mean of the error map over the corruption's rounds becomes a probability of which 0.5 is
    the threshold.

    Sources: RIAD (Zavrtanik et al. 2021), UP-CrackNet (Ma et al. 2024), Patch-VQVAE (Cheng et al.
    2024); they differ by the parts below, that is by config.

    Args:
        backbone: Config of any backbone for the images.
        decode_head: Config of a head with ``restore(features) -> (images, losses)``, images
            (N, 3, H, W) in [0, 1]: ``RestorationHead``, ``PatchVQVAEHead``.
        losses: Configs of :class:`~mmcrack.models.losses.restoration_loss.RestorationLoss`.
        error_map: Config of an :class:`~mmcrack.models.error_maps.error_map.ErrorMap`.
        threshold: Config of ``QuantileThreshold`` or ``OtsuThreshold``.
        corruption: Config of a :class:`~mmcrack.models.corruptions.Corruption`; None hides nothing.
        size_divisor: Images are mirrored at their right and bottom border up to a multiple of it
            before they are predicted: zeros would be errors.
        hidden_value: What stands for a hidden value in a normalized image.
        data_preprocessor: mmseg's ``SegDataPreProcessor`` for RGB images.
        test_cfg: mmseg's.
        **kwargs: Further arguments of mmseg's ``EncoderDecoder``.

    Raises:
        ValueError: two losses have one name.
    """

    def __init__(
        self,
        backbone: Mapping[str, Any],
        decode_head: Mapping[str, Any],
        *,
        losses: Sequence[Mapping[str, Any]],
        error_map: Mapping[str, Any],
        threshold: Mapping[str, Any],
        corruption: Mapping[str, Any] | None = None,
        size_divisor: int = 1,
        hidden_value: float = 0.0,
        data_preprocessor: Mapping[str, Any] | None = None,
        test_cfg: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            backbone=backbone,
            decode_head=decode_head,
            data_preprocessor=data_preprocessor,
            test_cfg=ConfigDict(test_cfg or dict(mode='whole')),
            **kwargs,
        )
        self.restoration_losses = nn.ModuleList(MODELS.build(loss) for loss in losses)
        names = [loss.loss_name for loss in self.restoration_losses]
        if len(set(names)) < len(names):
            raise ValueError(f'RestorationSegmentor: losses {names} share a name; set loss_name')
        self.error_map = MODELS.build(error_map)
        self.threshold = MODELS.build(threshold)
        self.corruption = Corruption() if corruption is None else MODELS.build(corruption)
        self.size_divisor = size_divisor
        self.hidden_value = hidden_value

    def loss(self, inputs: Tensor, data_samples: SampleList) -> dict[str, Tensor]:
        """The losses of one random corruption.

        Args:
            inputs: Crack-free images as the data preprocessor leaves them, (N, 3, H, W).
            data_samples: Not read.

        Raises:
            ValueError: their size is no multiple of ``size_divisor``.
        """
        self.check_size(inputs)
        restored, losses = self.restore(inputs, self.corruption(inputs))
        return {**self.compare(restored, self.pixels(inputs)), **losses}

    def check_size(self, inputs: Tensor) -> None:
        """Refuse training images that the network cannot restore at their size."""
        height, width = inputs.shape[2:]
        if height % self.size_divisor or width % self.size_divisor:
            raise ValueError(
                f'Training images of {height}×{width} pixels: both must be multiples of '
                f'model.size_divisor={self.size_divisor}; add a RandomCrop to the pipeline'
            )

    def compare(self, restored: Tensor, original: Tensor) -> dict[str, Tensor]:
        """The restoration losses of images (N, 3, H, W) in [0, 1]."""
        return {loss.loss_name: loss(restored, original) for loss in self.restoration_losses}

    def restore(self, inputs: Tensor, hidden: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        """Restore images from their views.

        Args:
            inputs: (N, 3, H, W), normalized.
            hidden: (N, S, H, W), bool, as :class:`~mmcrack.models.corruptions.Corruption` has it.

        Returns:
            Restored images, (N, 3, H, W) in [0, 1], and the head's own losses.
        """
        views = self.hide(inputs, hidden)
        restored, losses = self.decode_head.restore(self.extract_feat(views.flatten(0, 1)))
        restored = restored.unflatten(0, hidden.shape[:2])
        if hidden.shape[1] == 1:
            return restored[:, 0], losses
        return (restored * hidden[:, :, None]).sum(1), losses

    def hide(self, inputs: Tensor, hidden: Tensor) -> Tensor:
        """Views (N, S, C, H, W) of images (N, C, H, W), by masks (N, S, H, W) of what is hidden."""
        return inputs[:, None].masked_fill(hidden[:, :, None], self.hidden_value)

    def pixels(self, inputs: Tensor) -> Tensor:
        """Undo the normalization: (N, 3, H, W) in [0, 1]."""
        preprocessor = self.data_preprocessor
        if getattr(preprocessor, '_enable_normalize', False):
            inputs = inputs * preprocessor.std + preprocessor.mean
        return inputs / _WHITE

    def errors(self, inputs: Tensor) -> Tensor:
        """Error maps ≥ 0, (N, 1, H, W), of normalized images (N, 3, H, W)."""
        height, width = inputs.shape[2:]
        padded = mirrored(inputs, self.size_divisor)
        image = self.pixels(inputs)
        maps = []
        for hidden in self.corruption.rounds(padded):
            restored = self._restore_by_views(padded, hidden)[..., :height, :width]
            maps.append(self.error_map(image, restored))
        return torch.stack(maps).mean(0)

    def _restore_by_views(self, inputs: Tensor, hidden: Tensor) -> Tensor:
        """As :meth:`restore`, one view after the other: the memory of one."""
        if hidden.shape[1] == 1:
            return self.restore(inputs, hidden)[0]
        views = hidden.split(1, dim=1)
        return sum(self.restore(inputs, view)[0] * view for view in views)

    def encode_decode(self, inputs: Tensor, batch_img_metas: list[dict]) -> Tensor:
        """Logits of cracks, (N, 1, H, W); mmseg's ``predict`` goes through here."""
        return self.threshold(self.errors(inputs))

    def _forward(self, inputs: Tensor, data_samples: OptSampleList = None) -> Tensor:
        """Error maps, (N, 1, H, W), which need no threshold."""
        return self.errors(inputs)


def mirrored(images: Tensor, divisor: int) -> Tensor:
    """Extend (N, C, H, W) at the right and bottom to multiples of ``divisor`` by reflection."""
    height, width = images.shape[2:]
    bottom, right = -height % divisor, -width % divisor
    mode = 'reflect' if bottom < height and right < width else 'replicate'
    return F.pad(images, (0, right, 0, bottom), mode=mode)
