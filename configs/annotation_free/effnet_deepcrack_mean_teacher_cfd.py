# effnet_deepcrack_mean_teacher.py, tested on CFD (without 042)
_base_ = ['./effnet_deepcrack_mean_teacher.py', '../_base_/datasets/other_test_sets.py']
test_dataloader = _base_.cfd_test
