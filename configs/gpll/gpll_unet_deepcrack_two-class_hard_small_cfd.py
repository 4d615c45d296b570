# gpll_unet_deepcrack_two-class_hard_small.py, tested on CFD (without 042)
_base_ = ['./gpll_unet_deepcrack_two-class_hard_small.py', '../_base_/datasets/other_test_sets.py']
test_dataloader = _base_.cfd_test
