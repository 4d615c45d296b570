"""A threshold that crack-free photographs hardly exceed."""

import numpy as np
import torch
from torch import Tensor, nn

from mmcrack.models.error_maps.threshold import odds
from mmcrack.registry import MODELS


@MODELS.register_module()
class QuantileThreshold(nn.Module):
    """One threshold t for all images: a high quantile of the errors on crack-free photographs.

    An error e becomes the probability e / (e + t). No mask is needed: a share of 1 − ``quantile``
    of the pixels of a surface without cracks is called a crack. t is kept in checkpoints;
    :class:`~mmcrack.engine.hooks.CalibrationHook` sets it while training.

    Args:
        quantile: The share of crack-free pixels below the threshold.

    Raises:
        ValueError: the quantile is no share.
    """

    needs_fit = True

    def __init__(self, quantile: float = 0.995) -> None:
        super().__init__()
        if not 0 < quantile < 1:
            raise ValueError(f'QuantileThreshold: quantile={quantile} must lie in (0, 1)')
        self.quantile = quantile
        self.register_buffer('value', torch.tensor(float('nan')))

    def fit(self, errors: np.ndarray) -> None:
        """Set the threshold from errors of crack-free pixels, of any shape.

        Raises:
            ValueError: there are none, or they are not finite.
        """
        if not errors.size or not np.isfinite(errors).all():
            raise ValueError('QuantileThreshold: needs finite errors of crack-free pixels')
        self.value.fill_(float(np.quantile(errors, self.quantile)))

    def forward(self, errors: Tensor) -> Tensor:
        """Logits, (N, 1, H, W), of errors ≥ 0.

        Raises:
            RuntimeError: no threshold is set.
        """
        if self.value.isnan():
            raise RuntimeError(
                'This model has no threshold yet: its checkpoint was saved before '
                'mmcrack.CalibrationHook had set one. Add the hook to custom_hooks, with the '
                "interval of the checkpoints, or set model.threshold=dict(type='mmcrack."
                "OtsuThreshold')"
            )
        return odds(errors, self.value)
