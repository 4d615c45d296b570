# A SAM of 0.9 M parameters with random weights, for trying the pipeline on a CPU
_base_ = './sam_vit_b.py'
model = dict(
    data_preprocessor=dict(size=(256, 256)),
    backbone=dict(
        arch=dict(
            _delete_=True,
            embed_dim=96,
            depth=4,
            num_heads=3,
            global_attn_indexes=(1, 3),
            window_size=7,
            out_chans=64,
        ),
        img_size=256,
        lora=None,
        save_only_trainable=False,
        init_cfg=None,
    ),
    decode_head=dict(in_channels=64, channels=64, num_heads=4, mlp_dim=256),
)
