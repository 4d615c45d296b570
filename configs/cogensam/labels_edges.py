# Ablation "w/o Restoration": closed Sobel edges as labels (Eq. 11)
_base_ = '../_base_/default_runtime.py'
label_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='mmcrack.EdgePseudoLabel', operator='sobel', kernel_size=8),
]
