# labels.py by the restorer of vqvae_restorer_tau-0.5.py
_base_ = './labels.py'
restorer = 'work_dirs/vqvae_restorer_tau-0.5/epoch_20.pth'
prerequisites = [dict(train='configs/cogensam/vqvae_restorer_tau-0.5.py', checkpoint=restorer)]
label_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='mmcrack.EdgePseudoLabel', operator='sobel', kernel_size=8),
    dict(type='mmcrack.RestorePseudoLabel', checkpoint=restorer),
]
