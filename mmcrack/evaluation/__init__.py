"""The evaluation protocol: counts, scores and the Runner metric."""

from mmcrack.evaluation.calibration import Calibration, fit_calibration
from mmcrack.evaluation.crack_metric import CrackMetric
from mmcrack.evaluation.evaluate import evaluate_maps
from mmcrack.evaluation.image_counts import ImageCounts, count_image
from mmcrack.evaluation.macro_f_score import MacroFScore
from mmcrack.evaluation.scores import Curve, ScoreAccumulator
from mmcrack.evaluation.threshold_counts import ThresholdCounts, count_at_thresholds

__all__ = [
    'Calibration',
    'CrackMetric',
    'Curve',
    'ImageCounts',
    'MacroFScore',
    'ScoreAccumulator',
    'ThresholdCounts',
    'count_at_thresholds',
    'count_image',
    'evaluate_maps',
    'fit_calibration',
]
