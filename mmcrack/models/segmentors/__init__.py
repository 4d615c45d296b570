"""Segmentors."""

from mmcrack.models.segmentors.adversarial_restoration_segmentor import (
    AdversarialRestorationSegmentor,
)
from mmcrack.models.segmentors.clip_encoder_decoder import CLIPEncoderDecoder
from mmcrack.models.segmentors.crack_tta_model import CrackTTAModel
from mmcrack.models.segmentors.freecos import FreeCOS
from mmcrack.models.segmentors.mean_teacher import MeanTeacher
from mmcrack.models.segmentors.restoration_segmentor import RestorationSegmentor
from mmcrack.models.segmentors.sam_encoder_decoder import SAMEncoderDecoder

__all__ = [
    'AdversarialRestorationSegmentor',
    'CLIPEncoderDecoder',
    'CrackTTAModel',
    'FreeCOS',
    'MeanTeacher',
    'RestorationSegmentor',
    'SAMEncoderDecoder',
]
