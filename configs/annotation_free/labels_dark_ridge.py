# Dark ridges, without a mask or a network: the first labels of every student here
_base_ = '../_base_/default_runtime.py'
label_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='mmcrack.DarkRidgePseudoLabel', holes=25),
]
