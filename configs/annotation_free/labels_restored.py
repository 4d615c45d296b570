# Dark ridges as the restorer of restorer_dark_ridge.py repairs them
_base_ = '../_base_/default_runtime.py'
restorer = 'work_dirs/restorer_dark_ridge/epoch_6.pth'
prerequisites = [dict(train='configs/annotation_free/restorer_dark_ridge.py', checkpoint=restorer)]
label_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='mmcrack.DarkRidgePseudoLabel'),
    dict(type='mmcrack.RestorePseudoLabel', checkpoint=restorer),
]
