"""Segmentors."""

from mmcrack.models.segmentors.crack_tta_model import CrackTTAModel
from mmcrack.models.segmentors.sam_encoder_decoder import SAMEncoderDecoder

__all__ = ['CrackTTAModel', 'SAMEncoderDecoder']
