# vit_b_16_deepcrack.py, tested by windows of 384×384 on images at their own size: for large ones
_base_ = './vit_b_16_deepcrack.py'
test_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='mmcrack.LoadCrackAnnotations'),
    dict(type='mmcrack.PackCrackInputs'),
]
model = dict(
    data_preprocessor=dict(test_cfg=dict(size=(384, 384))),  # small images are padded to a window
    test_cfg=dict(mode='slide', crop_size=(384, 384), stride=(256, 256)),
)
val_dataloader = dict(dataset=dict(pipeline=test_pipeline))
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))
