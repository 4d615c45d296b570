# Restorers of crack-free patches, at full size: 300 epochs of Adam
_base_ = './adam_20e.py'
param_scheduler = [dict(type='MultiStepLR', milestones=[250], gamma=0.1, by_epoch=True)]
train_cfg = dict(max_epochs=300, val_interval=300)
default_hooks = dict(checkpoint=dict(interval=50))
