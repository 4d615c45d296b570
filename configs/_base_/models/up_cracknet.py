# UP-CrackNet (Ma et al. 2024): pix2pix, checkerboards of three sizes, smoothed error, Otsu. Weights
# are the published code's; its L1 is of images in [−1, 1], so that here it counts twice.
_base_ = './restoration.py'
model = dict(
    type='mmcrack.AdversarialRestorationSegmentor',
    backbone=dict(
        type='mmcrack.StridedUNet',
        channels=(64, 128, 256, 512, 512, 512, 512, 512),
        full_size_first=False,
        refine=False,
        dropout_levels=3,
        norm_ends=False,
        down_act_cfg=dict(type='LeakyReLU', negative_slope=0.2),
        init_cfg=dict(type='Normal', std=0.02, layer=['Conv2d', 'ConvTranspose2d']),
    ),
    decode_head=dict(
        type='mmcrack.RestorationHead',
        in_channels=128,
        stride=2,
        init_cfg=dict(type='Normal', std=0.02, layer='ConvTranspose2d'),
    ),
    discriminator=dict(type='mmcrack.PatchDiscriminator'),
    corruption=dict(type='mmcrack.RandomSquareMasks', sizes=(32, 64, 128)),
    losses=[
        dict(type='mmcrack.RestoredPixelsLoss', norm=1, loss_weight=200.0),
        dict(type='mmcrack.SSIMLoss', loss_weight=100.0),
        dict(type='mmcrack.GradientSimilarityLoss', loss_weight=100.0),
    ],
    error_map=dict(
        type='mmcrack.PixelErrorMap',
        stretch=True,
        smoothing=dict(type='mmcrack.BilateralSmoothing', diameter=25, sigma_color=450),
    ),
    threshold=dict(_delete_=True, type='mmcrack.OtsuThreshold'),
    hidden_value=-1.0,  # black
    size_divisor=256,
)
