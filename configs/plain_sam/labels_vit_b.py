# SAM ViT-B as published: its automatic masks, of which the thin and dark ones are cracks
_base_ = '../_base_/default_runtime.py'
label_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(
        type='mmcrack.SAMAutomaticPseudoLabel',
        arch='vit_b',
        checkpoint='checkpoints/sam_vit_b_01ec64.pth',
    ),
]
