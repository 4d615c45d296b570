# SAM ViT-L as published
_base_ = './labels_vit_b.py'
label_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(
        type='mmcrack.SAMAutomaticPseudoLabel',
        arch='vit_l',
        checkpoint='checkpoints/sam_vit_l_0b3195.pth',
    ),
]
