# The rival of round 4: the same student, as many steps as its four rounds, on the 300 true masks
_base_ = './effnet_deepcrack_masks.py'
train_cfg = dict(max_iters=5100, val_interval=5100)
