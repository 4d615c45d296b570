"""From an image and its restoration to a map of cracks."""

from mmcrack.models.error_maps.bilateral_smoothing import BilateralSmoothing
from mmcrack.models.error_maps.gradient_error_map import GradientErrorMap
from mmcrack.models.error_maps.mean_smoothing import MeanSmoothing
from mmcrack.models.error_maps.otsu_threshold import OtsuThreshold
from mmcrack.models.error_maps.pixel_error_map import PixelErrorMap
from mmcrack.models.error_maps.quantile_threshold import QuantileThreshold

__all__ = [
    'BilateralSmoothing',
    'GradientErrorMap',
    'MeanSmoothing',
    'OtsuThreshold',
    'PixelErrorMap',
    'QuantileThreshold',
]
