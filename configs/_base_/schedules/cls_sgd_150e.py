# IGMSDA's schedule; momentum and weight decay, which the paper does not give, are ISDA's
_base_ = './epochs.py'
optim_wrapper = dict(
    type='OptimWrapper',
    optimizer=dict(type='SGD', lr=0.01, momentum=0.9, weight_decay=1e-4),
)
param_scheduler = [dict(type='MultiStepLR', milestones=[65, 95, 125], gamma=0.1, by_epoch=True)]
train_cfg = dict(max_epochs=150, val_interval=5)
default_hooks = dict(visualization=dict(_delete_=True, type='VisualizationHook', enable=False))
