# vqvae_restorer_photographs.py for two CPU cores: a small network, 6,000 photographs of 192×192
_base_ = './vqvae_restorer_small.py'
pipeline = [
    dict(type='mmcrack.LabellerCorruption', labeller=dict(type='mmcrack.EdgePseudoLabel')),
    dict(type='RandomApply', prob=0.5, transforms=[dict(type='mmcrack.RandomBlockCorruption')]),
    dict(type='mmcrack.PackCrackInputs'),
]
train_dataloader = dict(dataset=dict(mode='photograph', pipeline=pipeline))
val_dataloader = dict(dataset=dict(mode='photograph', pipeline=pipeline))
test_dataloader = val_dataloader
