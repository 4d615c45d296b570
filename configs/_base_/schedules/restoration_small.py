# For two CPU cores: as adamw_4k.py, a few hundred steps; the threshold is fitted before each
# checkpoint, and a resumed run equals the uninterrupted one
_base_ = './adamw_4k.py'
train_cfg = dict(max_iters=400, val_interval=400)
default_hooks = dict(checkpoint=dict(interval=200))
