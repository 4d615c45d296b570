# A CLIP of 1.0 M random frozen weights in its image tower, for trying the pipeline on a CPU
_base_ = './open_clip_vit_l_14_336.py'
model = dict(
    data_preprocessor=dict(size=(320, 320)),
    backbone=dict(
        arch=dict(
            _delete_=True,
            embed_dim=64,
            vision_cfg=dict(image_size=320, patch_size=8, layers=4, width=128, head_width=64),
            text_cfg=dict(context_length=77, vocab_size=49408, width=64, heads=2, layers=2),
        ),
        pretrained=None,
    ),
    decode_head=dict(in_channels=[128, 128, 128, 128], prompts=dict(templates='simple')),
)
