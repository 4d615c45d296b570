"""Labellers: pixel labels from photographs without masks."""

from mmcrack.pseudo_labels.edge import EdgePseudoLabel, edge_label
from mmcrack.pseudo_labels.restore import RestorePseudoLabel

__all__ = ['EdgePseudoLabel', 'RestorePseudoLabel', 'edge_label']
