# The paper's schedule: Adam 1e-3, 3 epochs
_base_ = '../../_base_/schedules/adam_20e.py'
train_cfg = dict(max_epochs=3, val_interval=3)
default_hooks = dict(checkpoint=dict(max_keep_ckpts=1))
