# CoGenSAM's labels: closed Sobel edges, restored (Eq. 11 and 12)
_base_ = './labels_edges.py'
restorer = 'work_dirs/vqvae_restorer/epoch_20.pth'
prerequisites = [dict(train='configs/cogensam/vqvae_restorer.py', checkpoint=restorer)]
label_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='mmcrack.EdgePseudoLabel', operator='sobel', kernel_size=8),
    dict(type='mmcrack.RestorePseudoLabel', checkpoint=restorer),
]
