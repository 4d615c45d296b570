# RIAD (Zavrtanik et al. 2021): cells of 2, 4, 8 and 16 pixels, three sets each
_base_ = './restoration.py'
model = dict(
    backbone=dict(type='mmcrack.StridedUNet', channels=(64, 128, 256, 512, 512)),
    decode_head=dict(type='mmcrack.RestorationHead', in_channels=64),
    corruption=dict(type='mmcrack.DisjointCellMasks', cell_sizes=(2, 4, 8, 16), sets=3),
    losses=[
        dict(type='mmcrack.RestoredPixelsLoss', norm=2),
        dict(type='mmcrack.SSIMLoss'),
        dict(type='mmcrack.GradientSimilarityLoss'),
    ],
    error_map=dict(
        type='mmcrack.GradientErrorMap', smoothing=dict(type='mmcrack.MeanSmoothing', size=21)
    ),
    size_divisor=16,
)
