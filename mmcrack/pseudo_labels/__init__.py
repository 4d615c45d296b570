"""Labellers: pixel labels from photographs without masks."""

from mmcrack.pseudo_labels.agreement import AgreementPseudoLabel, agreement
from mmcrack.pseudo_labels.cam import CAMPseudoLabel
from mmcrack.pseudo_labels.cam_crf import CAMCRFPseudoLabel
from mmcrack.pseudo_labels.cam_crf_rw import CAMCRFRWPseudoLabel
from mmcrack.pseudo_labels.class_activation import class_activation
from mmcrack.pseudo_labels.dark_ridge import DarkRidgePseudoLabel, dark_ridge_map
from mmcrack.pseudo_labels.dense_crf import dense_crf
from mmcrack.pseudo_labels.edge import EdgePseudoLabel, edge_label
from mmcrack.pseudo_labels.gpll import GPLLMaps, GPLLPseudoLabel, GPLLSettings, gpll_maps
from mmcrack.pseudo_labels.labeller_corruption import LabellerCorruption
from mmcrack.pseudo_labels.localization import patch_localization
from mmcrack.pseudo_labels.multi_otsu import patch_multi_otsu
from mmcrack.pseudo_labels.opencv_baseline import OpenCVBaselinePseudoLabel
from mmcrack.pseudo_labels.patch_classifier import PatchClassifier
from mmcrack.pseudo_labels.random_walk import affinity_random_walk
from mmcrack.pseudo_labels.restore import RestorePseudoLabel
from mmcrack.pseudo_labels.sam_automatic import SAMAutomaticPseudoLabel
from mmcrack.pseudo_labels.segmentor import SegmentorPseudoLabel
from mmcrack.pseudo_labels.thin_dark import darkness, elongation

__all__ = [
    'AgreementPseudoLabel',
    'CAMCRFPseudoLabel',
    'CAMCRFRWPseudoLabel',
    'CAMPseudoLabel',
    'DarkRidgePseudoLabel',
    'EdgePseudoLabel',
    'GPLLMaps',
    'GPLLPseudoLabel',
    'GPLLSettings',
    'LabellerCorruption',
    'OpenCVBaselinePseudoLabel',
    'PatchClassifier',
    'RestorePseudoLabel',
    'SAMAutomaticPseudoLabel',
    'SegmentorPseudoLabel',
    'affinity_random_walk',
    'agreement',
    'class_activation',
    'dark_ridge_map',
    'darkness',
    'dense_crf',
    'edge_label',
    'elongation',
    'gpll_maps',
    'patch_localization',
    'patch_multi_otsu',
]
