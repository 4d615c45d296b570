# Stage II: the restorer, from corrupted to whole fractal masks, with the stage I model's codes
_base_ = './vqvae_prior.py'

prior = 'work_dirs/vqvae_prior/epoch_20.pth'
prerequisites = [dict(train='configs/cogensam/vqvae_prior.py', checkpoint=prior)]

corruption = dict(type='mmcrack.RandomBlockCorruption', block_sizes=(8, 16, 32, 48, 96))
pipeline = [corruption, dict(type='mmcrack.PackCrackInputs')]
train_dataloader = dict(dataset=dict(pipeline=pipeline))
val_dataloader = dict(dataset=dict(pipeline=pipeline))
test_dataloader = val_dataloader
model = dict(
    decode_head=dict(
        prior=dict(checkpoint=prior),
        contrast=dict(weight=0.02, temperature=0.1, patch_size=3),
    )
)
