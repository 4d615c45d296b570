# The student on true masks, configs/cogensam/unet_deepcrack_masks_small.py, tested on CFD
# (without 042)
_base_ = ['../cogensam/unet_deepcrack_masks_small.py', '../_base_/datasets/other_test_sets.py']
test_dataloader = _base_.cfd_test
