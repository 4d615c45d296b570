# Patch-VQVAE (Cheng et al. 2024): patches of 32 pixels with codes for 8, 16 or 32 pixels each
_base_ = './restoration.py'
model = dict(
    backbone=dict(type='mmcrack.VQEncoder', in_channels=3, channels=(64, 128, 256), embed_dim=256),
    decode_head=dict(
        type='mmcrack.PatchVQVAEHead',
        in_channels=256,
        in_index=0,
        channels=64,
        decoder_channels=(256, 128, 64),
        embed_dim=256,
        codebook=dict(size=1024, commitment_weight=0.25),
        grains=(1, 2, 4),
        router=dict(budget=0.4, ramp_up=1000, limit=True),
        budget_weight=1.0,
        ignore_index=-1,
        align_corners=False,
    ),
    losses=[dict(type='mmcrack.RestoredPixelsLoss', norm=2)],
    error_map=dict(
        type='mmcrack.PixelErrorMap', smoothing=dict(type='mmcrack.MeanSmoothing', size=5)
    ),
    size_divisor=32,
)
