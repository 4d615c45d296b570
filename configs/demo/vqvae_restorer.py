# Stage II of the demo: a small restorer, from the edges of synthetic photographs to their masks.
# Without the paper's square holes, which take longer to learn than a demo lasts
_base_ = '../cogensam/vqvae_restorer_photographs_small.py'
prior = 'work_dirs/demo/vqvae_prior/last.pth'
prerequisites = [dict(train='configs/demo/vqvae_prior.py', checkpoint=prior)]
model = dict(decode_head=dict(prior=dict(checkpoint=prior)))
pipeline = [
    dict(type='mmcrack.LabellerCorruption', labeller=dict(type='mmcrack.EdgePseudoLabel')),
    dict(type='mmcrack.PackCrackInputs'),
]
train_dataloader = dict(dataset=dict(size=144, length=3000, pipeline=pipeline))
optim_wrapper = dict(optimizer=dict(lr=2e-3))
train_cfg = dict(max_epochs=1, val_interval=2)
log_level = 'WARNING'
custom_hooks = [
    dict(type='mmcrack.SoftLabelLogHook'),
    dict(type='mmcrack.ProgressBarHook', title='Stage II: the restorer of corrupted labels'),
]
