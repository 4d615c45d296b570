# No adapters and no training: CLIP's own last layers bring the tokens to the words. No checkpoint:
#   python tools/test.py configs/crackclip/vit_l_14_336_deepcrack_zero-shot.py
_base_ = './vit_l_14_336_deepcrack.py'
model = dict(
    backbone=dict(cache=None, out_indices=(23,), project=True),
    decode_head=dict(in_channels=[768], adapters=False),
    test_cfg=dict(erode=0),
)
prerequisites = []
train_cfg = None
train_dataloader = None
optim_wrapper = None
param_scheduler = None
val_cfg = None
val_dataloader = None
val_evaluator = None
custom_hooks = []
