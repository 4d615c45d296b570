"""Cracks in photographs of any kind and size, from a trained model."""

from mmcrack.prediction.loading import load_predictor, load_segmentor
from mmcrack.prediction.naming import find_photographs
from mmcrack.prediction.outputs import OutputError, PredictionFiles
from mmcrack.prediction.photographs import Photograph, open_photograph
from mmcrack.prediction.predictor import Predictor
from mmcrack.prediction.runs import PredictionOptions, PredictionReport, predict_photographs

__all__ = [
    'OutputError',
    'Photograph',
    'PredictionFiles',
    'PredictionOptions',
    'PredictionReport',
    'Predictor',
    'find_photographs',
    'load_predictor',
    'load_segmentor',
    'open_photograph',
    'predict_photographs',
]
