# effnet_deepcrack_round7_long.py, tested on CFD (without 042)
_base_ = ['./effnet_deepcrack_round7_long.py', '../_base_/datasets/other_test_sets.py']
test_dataloader = _base_.cfd_test
