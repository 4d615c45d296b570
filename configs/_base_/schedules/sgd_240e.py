# GPLL's segmenters: 30 epochs over a set that holds each photograph in its eight flips and turns,
# a tenth of the learning rate every 10. Where these are drawn at random, that is 240 epochs.
_base_ = './epochs.py'
optim_wrapper = dict(type='OptimWrapper', optimizer=dict(type='SGD', lr=1e-3, momentum=0.9))
param_scheduler = [dict(type='StepLR', step_size=80, gamma=0.1, by_epoch=True)]
train_cfg = dict(max_epochs=240, val_interval=40)
default_hooks = dict(checkpoint=dict(interval=10))
