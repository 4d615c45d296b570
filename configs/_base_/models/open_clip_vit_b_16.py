# OpenAI's CLIP ViT-B/16, for a GPU of 8 GB
_base_ = './open_clip_vit_l_14_336.py'
model = dict(
    data_preprocessor=dict(size=(384, 384)),
    backbone=dict(arch='ViT-B-16'),
    decode_head=dict(in_channels=[768, 768, 768, 768]),
)
