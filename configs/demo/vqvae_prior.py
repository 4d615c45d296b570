# Stage I of the demo: the small VQVAE on fractal masks of 144×144
_base_ = '../cogensam/vqvae_prior_small.py'
train_dataloader = dict(dataset=dict(size=144, length=800))
train_cfg = dict(max_epochs=1, val_interval=2)
log_level = 'WARNING'
custom_hooks = [
    dict(type='mmcrack.SoftLabelLogHook'),
    dict(type='mmcrack.ProgressBarHook', title='Stage I: the crack prior, from fractal masks'),
]
