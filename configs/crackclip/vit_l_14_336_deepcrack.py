# CrackCLIP on DeepCrack's official split, on labels that need no annotation at all (CoGenSAM's).
# Each image is the same in every epoch, so its features are computed once (3.4 GB).
_base_ = [
    '../_base_/models/open_clip_vit_l_14_336.py',
    './_base_/deepcrack_518.py',
    './_base_/schedule_3e.py',
    '../_base_/default_runtime.py',
]
images = '{{$MMCRACK_DATA:data}}/deepcrack/train_img'
labels = 'work_dirs/pseudo_labels/deepcrack_photographs'
prerequisites = [dict(label='configs/cogensam/labels_photographs.py', images=images, out=labels)]
model = dict(backbone=dict(cache=dict(folder='work_dirs/clip_features')), test_cfg=dict(erode=3))
custom_hooks = [
    dict(type='mmcrack.SoftLabelLogHook'),
    dict(type='mmcrack.ParameterCountHook'),
    dict(type='mmcrack.EpochSeedHook'),  # a resumed run equals the uninterrupted one
]
