# GPLL's patch classifiers: 3 epochs over a set that holds each patch in its eight flips and turns,
# a tenth of the learning rate after each. Where these are drawn at random, that is 24 epochs.
_base_ = './epochs.py'
optim_wrapper = dict(type='OptimWrapper', optimizer=dict(type='SGD', lr=1e-3, momentum=0.9))
param_scheduler = [dict(type='StepLR', step_size=8, gamma=0.1, by_epoch=True)]
train_cfg = dict(max_epochs=24, val_interval=24)
default_hooks = dict(visualization=dict(_delete_=True, type='VisualizationHook', enable=False))
