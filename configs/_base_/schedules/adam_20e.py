# CoGenSAM's schedule, the same for its three stages
_base_ = './epochs.py'
optim_wrapper = dict(type='OptimWrapper', optimizer=dict(type='Adam', lr=1e-3), clip_grad=None)
param_scheduler = []
train_cfg = dict(max_epochs=20)
