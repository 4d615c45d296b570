# vqvae_restorer.py for two CPU cores: a small network and 5,000 masks in all
_base_ = './vqvae_restorer.py'
prior = 'work_dirs/vqvae_prior_small/epoch_5.pth'
prerequisites = [dict(train='configs/cogensam/vqvae_prior_small.py', checkpoint=prior)]
model = dict(
    backbone=dict(channels=(16, 32, 64, 128), reduce_first=True),
    decode_head=dict(
        channels=16,
        decoder_channels=(128, 64, 32, 16),
        enlarge_last=True,
        prior=dict(checkpoint=prior),
    ),
)
train_dataloader = dict(dataset=dict(length=1000))
train_cfg = dict(max_epochs=5)
