"""Segmentors."""

from mmcrack.models.segmentors.clip_encoder_decoder import CLIPEncoderDecoder
from mmcrack.models.segmentors.crack_tta_model import CrackTTAModel
from mmcrack.models.segmentors.mean_teacher import MeanTeacher
from mmcrack.models.segmentors.sam_encoder_decoder import SAMEncoderDecoder

__all__ = ['CLIPEncoderDecoder', 'CrackTTAModel', 'MeanTeacher', 'SAMEncoderDecoder']
