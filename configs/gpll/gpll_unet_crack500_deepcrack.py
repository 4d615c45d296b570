# gpll_unet_crack500.py, tested on all 537 photographs of DeepCrack
_base_ = ['./gpll_unet_crack500.py', '../_base_/datasets/other_test_sets.py']
test_dataloader = dict(_delete_=True, **_base_.deepcrack_test)
