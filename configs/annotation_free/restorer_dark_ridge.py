# A restorer that knows the faults of dark ridges (gaps, specks, halos, broken junctions, wrong
# thickness): from their labels of synthetic photographs, half of them with blocks removed besides,
# to the exact masks
_base_ = '../cogensam/vqvae_restorer_small.py'
pipeline = [
    dict(type='mmcrack.LabellerCorruption', labeller=dict(type='mmcrack.DarkRidgePseudoLabel')),
    dict(type='RandomApply', prob=0.5, transforms=[dict(type='mmcrack.RandomBlockCorruption')]),
    dict(type='mmcrack.PackCrackInputs'),
]
train_dataloader = dict(dataset=dict(mode='photograph', pipeline=pipeline))
val_dataloader = dict(dataset=dict(mode='photograph', pipeline=pipeline))
test_dataloader = val_dataloader
