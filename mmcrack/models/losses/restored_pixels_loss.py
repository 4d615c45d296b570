"""Differences of pixels between a restored image and the original."""

from torch import Tensor
from torch.nn import functional as F

from mmcrack.models.losses.restoration_loss import RestorationLoss
from mmcrack.registry import MODELS


@MODELS.register_module()
class RestoredPixelsLoss(RestorationLoss):
    """Mean absolute (UP-CrackNet) or mean squared difference (RIAD, Patch-VQVAE).

    Args:
        norm: 1 for absolute, 2 for squared differences.
        loss_weight: Factor of the loss.
        loss_name: Name in the log; ``'loss_l1'`` or ``'loss_l2'`` by default.

    Raises:
        ValueError: the norm is another.
    """

    def __init__(
        self, norm: int = 2, *, loss_weight: float = 1.0, loss_name: str | None = None
    ) -> None:
        if norm not in (1, 2):
            raise ValueError(f'RestoredPixelsLoss: norm={norm} must be 1 or 2')
        super().__init__(loss_weight=loss_weight, loss_name=loss_name or f'loss_l{norm}')
        self.norm = norm

    def compare(self, restored: Tensor, original: Tensor) -> Tensor:
        """The mean over all values."""
        return (F.l1_loss if self.norm == 1 else F.mse_loss)(restored, original)
