# effnet_deepcrack_masks_longest.py, tested on CFD (without 042)
_base_ = ['./effnet_deepcrack_masks_longest.py', '../_base_/datasets/other_test_sets.py']
test_dataloader = _base_.cfd_test
