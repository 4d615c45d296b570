"""Structural dissimilarity of a restored image and the original."""

from torch import Tensor

from mmcrack.models.losses.restoration_loss import RestorationLoss
from mmcrack.registry import MODELS


@MODELS.register_module()
class SSIMLoss(RestorationLoss):
    """1 − SSIM, the mean over the image (Wang et al. 2004), by torchmetrics.

    Source: RIAD and UP-CrackNet, their restoration losses.

    Args:
        sigma: Of the Gaussian window, pixels; the window has about 7 of them (11 for 1.5).
        loss_weight: Factor of the loss.
        loss_name: Name in the log.
    """

    def __init__(
        self, sigma: float = 1.5, *, loss_weight: float = 1.0, loss_name: str = 'loss_ssim'
    ) -> None:
        super().__init__(loss_weight=loss_weight, loss_name=loss_name)
        self.sigma = sigma

    def compare(self, restored: Tensor, original: Tensor) -> Tensor:
        """1 − SSIM of values in [0, 1]."""
        # here, as it takes two seconds, which all who do not train this would wait for
        from torchmetrics.functional.image import structural_similarity_index_measure

        return 1 - structural_similarity_index_measure(
            restored, original, sigma=self.sigma, data_range=1.0
        )
