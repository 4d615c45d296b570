# The demo's labels: closed edges, restored
_base_ = './labels_edges.py'
restorer = 'work_dirs/demo/vqvae_restorer/last.pth'
prerequisites = [dict(train='configs/demo/vqvae_restorer.py', checkpoint=restorer)]
label_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='mmcrack.EdgePseudoLabel', operator='sobel', kernel_size=8),
    dict(type='mmcrack.RestorePseudoLabel', checkpoint=restorer),
]
