# "CAM-Location": GPLL's labels by a patch classifier trained 10 epochs (80 of ours: the paper's
# holds each patch in eight flips and turns, ours draws one of them)
_base_ = '../gpll/labels.py'
classifier = 'work_dirs/crackclip_resnet50_crack500/epoch_80.pth'
prerequisites = [
    dict(
        train='configs/gpll/resnet50_crack500.py',
        checkpoint=classifier,
        cfg_options={'train_cfg.max_epochs': 80, 'train_cfg.val_interval': 80},
    )
]
label_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='mmcrack.GPLLPseudoLabel', checkpoint=classifier),
]
