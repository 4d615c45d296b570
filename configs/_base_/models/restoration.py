# What the methods that restore crack-free photographs share; they add the network, the losses, the
# corruption and the error map
model = dict(
    type='mmcrack.RestorationSegmentor',
    data_preprocessor=dict(
        type='SegDataPreProcessor',
        mean=[127.5, 127.5, 127.5],
        std=[127.5, 127.5, 127.5],
        bgr_to_rgb=True,
        pad_val=0,
        seg_pad_val=-1,
        size_divisor=1,  # patches are of one size; tested images are mirrored instead
    ),
    threshold=dict(type='mmcrack.QuantileThreshold', quantile=0.995),
    train_cfg=dict(),
    test_cfg=dict(mode='whole'),
)
