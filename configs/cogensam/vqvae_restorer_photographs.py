# Stage II with the corruption that edge detection itself does: from the closed edges of
# synthetic photographs, half of them with blocks removed as in the paper, to their exact masks
_base_ = './vqvae_restorer.py'
pipeline = [
    dict(type='mmcrack.LabellerCorruption', labeller=dict(type='mmcrack.EdgePseudoLabel')),
    dict(type='RandomApply', prob=0.5, transforms=[dict(type='mmcrack.RandomBlockCorruption')]),
    dict(type='mmcrack.PackCrackInputs'),
]
train_dataloader = dict(dataset=dict(mode='photograph', pipeline=pipeline))
val_dataloader = dict(dataset=dict(mode='photograph', pipeline=pipeline))
test_dataloader = val_dataloader
