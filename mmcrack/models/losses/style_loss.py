"""Difference of the textures of a restored image and the original."""

import torch
from torch import Tensor
from torch.nn import functional as F

from mmcrack.models.layers.frozen import Frozen
from mmcrack.models.losses.restoration_loss import RestorationLoss
from mmcrack.registry import MODELS

_IMAGENET_MEAN = (0.485, 0.456, 0.406)
_IMAGENET_STD = (0.229, 0.224, 0.225)


@MODELS.register_module()
class StyleLoss(RestorationLoss):
    """Mean absolute difference of Gram matrices of a trained backbone's features, levels summed.

    Source: Johnson et al., Perceptual losses for real-time style transfer, ECCV 2016; UP-CrackNet
    takes it from VGG-19. The backbone is frozen, and neither saved nor optimized with the model.

    Args:
        backbone: Config of a backbone for RGB images by ImageNet's mean and deviation. Its weights
            come by its ``init_cfg``; from random ones the loss says little.
        loss_weight: Factor of the loss.
        loss_name: Name in the log.
    """

    def __init__(
        self, backbone: dict, *, loss_weight: float = 1.0, loss_name: str = 'loss_style'
    ) -> None:
        super().__init__(loss_weight=loss_weight, loss_name=loss_name)
        self.backbone = Frozen()
        self.backbone.hold(MODELS.build(backbone))

    def init_weights(self) -> None:
        """Load the backbone's weights."""
        super().init_weights()
        self.backbone.module.init_weights()

    def compare(self, restored: Tensor, original: Tensor) -> Tensor:
        """The sum over the levels."""
        pairs = zip(self._levels(restored), self._levels(original), strict=True)
        return torch.stack([F.l1_loss(gram(a), gram(b)) for a, b in pairs]).sum()

    def _levels(self, image: Tensor) -> tuple[Tensor, ...]:
        mean, std = (image.new_tensor(v)[:, None, None] for v in (_IMAGENET_MEAN, _IMAGENET_STD))
        return self.backbone.module((image - mean) / std)  # its parameters are frozen


def gram(features: Tensor) -> Tensor:
    """Products of channels, the mean over pixels and channels: (N, C, H, W) to (N, C, C)."""
    flat = features.flatten(2)
    return flat @ flat.transpose(1, 2) / flat[0].numel()
