# CrackCLIP: OpenAI's CLIP ViT-L/14@336px, frozen, with a linear adapter after each quarter of its
# depth. The means are CLIP's own.
model = dict(
    type='mmcrack.CLIPEncoderDecoder',  # its head takes arch and pretrained from the backbone
    data_preprocessor=dict(
        type='SegDataPreProcessor',
        mean=[122.7709383, 116.7460125, 104.09373615],
        std=[68.5005327, 66.6321579, 70.32316305],
        bgr_to_rgb=True,
        pad_val=0,
        seg_pad_val=-1,
        size=(518, 518),
    ),
    backbone=dict(
        type='mmcrack.OpenCLIPVisual',
        arch='ViT-L-14-336',
        pretrained='openai',
        autocast='auto',
    ),
    decode_head=dict(
        type='mmcrack.CLIPAdapterHead',
        in_channels=[1024, 1024, 1024, 1024],
        prompts=dict(
            object='pavement',
            templates='openai',
            background=[
                '{}',
                'flawless {}',
                'perfect {}',
                'unblemished {}',
                '{} without flaw',
                '{} without defect',
                '{} without damage',
            ],
            # look and topology of cracks (section 3.3)
            crack=[
                '{} with narrow break and opening',
                '{} with dark curve',
                '{} with thin dark line',
                '{} with long winding line',
                '{} with branching line',
                '{} with network of dark lines',
                '{} with irregular jagged edge',
            ],
        ),
        num_classes=2,
        out_channels=1,
        threshold=0.5,
        ignore_index=-1,
        align_corners=False,
        loss_decode=[
            dict(type='mmcrack.SoftFocalLoss', gamma=2.0, alpha=0.25),
            dict(type='mmcrack.SoftDiceLoss'),
            dict(type='mmcrack.EdgeLoss'),
        ],
    ),
    train_cfg=dict(),
    test_cfg=dict(mode='whole', erode=0),
)
