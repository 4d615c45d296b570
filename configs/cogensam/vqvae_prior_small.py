# vqvae_prior.py for two CPU cores: a small network and 6,000 masks of 192×192 in all
_base_ = './vqvae_prior.py'
model = dict(
    backbone=dict(channels=(8, 16, 32, 64), reduce_first=True),
    decode_head=dict(channels=8, decoder_channels=(64, 32, 16, 8), enlarge_last=True),
)
train_dataloader = dict(dataset=dict(length=1000, size=192))
train_cfg = dict(max_epochs=6)
