# vit_l_14_336_crack500.py, tested on CFD
_base_ = ['./vit_l_14_336_crack500.py', './_base_/other_test_sets.py']
test_dataloader = dict(_delete_=True, **_base_.cfd_test)
