# Stage I: the crack prior, a VQVAE that reconstructs fractal masks
_base_ = [
    '../_base_/models/vqvae.py',
    '../_base_/datasets/fractals.py',
    '../_base_/schedules/adam_20e.py',
    '../_base_/default_runtime.py',
]
