"""Synthetic cracks: fractal masks and photographs composited from them."""

from mmcrack.synthesis.distractors import DISTRACTORS, add_distractors
from mmcrack.synthesis.export import write_photographs
from mmcrack.synthesis.fourier import FourierParams, fourier_composite, fourier_params
from mmcrack.synthesis.fractal import FractalParams, fractal_crack
from mmcrack.synthesis.photograph import (
    PhotographParams,
    add_crack,
    crack_photograph,
    photograph_params,
)
from mmcrack.synthesis.stable_random import indexed_seed

__all__ = [
    'DISTRACTORS',
    'FourierParams',
    'FractalParams',
    'PhotographParams',
    'add_crack',
    'add_distractors',
    'crack_photograph',
    'fourier_composite',
    'fourier_params',
    'fractal_crack',
    'indexed_seed',
    'photograph_params',
    'write_photographs',
]
