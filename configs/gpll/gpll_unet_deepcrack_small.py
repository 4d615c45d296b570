# A U-Net student from scratch, for two CPU cores, on GPLL's labels of DeepCrack's 300 training
# photographs; all else as configs/cogensam/unet_deepcrack_masks_small.py, which has true masks
_base_ = [
    '../_base_/models/unet_small.py',
    '../_base_/datasets/deepcrack_gpll_small.py',
    '../_base_/schedules/adamw_4k.py',
    '../_base_/default_runtime.py',
]
train_cfg = dict(max_iters=800, val_interval=800)
