# SAM ViT-H as published
_base_ = './labels_vit_b.py'
label_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(
        type='mmcrack.SAMAutomaticPseudoLabel',
        arch='vit_h',
        checkpoint='checkpoints/sam_vit_h_4b8939.pth',
    ),
]
