# gpll_unet_deepcrack_small.py with DeepCrack's side outputs (Liu et al.) on the U-Net's levels
_base_ = [
    '../_base_/models/deepcrack_unet_small.py',
    '../_base_/datasets/deepcrack_gpll_small.py',
    '../_base_/schedules/adamw_4k.py',
    '../_base_/default_runtime.py',
]
train_cfg = dict(max_iters=800, val_interval=800)
