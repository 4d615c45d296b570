# SAM ViT-B fine-tuned by LoRA (rank 4 on q and v) with its mask decoder, prompt-free
model = dict(
    type='mmcrack.SAMEncoderDecoder',  # its head takes the weights of backbone.init_cfg's file
    data_preprocessor=dict(
        type='SegDataPreProcessor',
        mean=[123.675, 116.28, 103.53],
        std=[58.395, 57.12, 57.375],
        bgr_to_rgb=True,
        pad_val=0,
        seg_pad_val=-1,
        size=(1024, 1024),
        test_cfg=dict(size_divisor=16),
    ),
    backbone=dict(
        type='mmcrack.SAMViT',
        arch='b',
        img_size=1024,
        attention='auto',
        lora=dict(rank=4, targets=('q', 'v')),
        save_only_trainable=True,
        init_cfg=dict(
            type='Pretrained',
            checkpoint='checkpoints/sam_vit_b_01ec64.pth',
            prefix='image_encoder.',
        ),
    ),
    decode_head=dict(
        type='mmcrack.SAMMaskHead',
        in_channels=256,
        channels=256,
        num_classes=2,
        out_channels=1,
        threshold=0.5,
        ignore_index=-1,
        align_corners=False,
        loss_decode=dict(type='mmcrack.MAELoss'),
    ),
    train_cfg=dict(),
    test_cfg=dict(mode='whole'),
)
