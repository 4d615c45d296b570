# gpll_unet_crack500.py, tested on AEL
_base_ = ['./gpll_unet_crack500.py', '../_base_/datasets/other_test_sets.py']
test_dataloader = _base_.ael_test
