"""Labellers: pixel labels from photographs without masks."""

from mmcrack.pseudo_labels.edge import EdgePseudoLabel, edge_label
from mmcrack.pseudo_labels.labeller_corruption import LabellerCorruption
from mmcrack.pseudo_labels.opencv_baseline import OpenCVBaselinePseudoLabel
from mmcrack.pseudo_labels.restore import RestorePseudoLabel

__all__ = [
    'EdgePseudoLabel',
    'LabellerCorruption',
    'OpenCVBaselinePseudoLabel',
    'RestorePseudoLabel',
    'edge_label',
]
