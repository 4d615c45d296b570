# CrackCLIP as in the paper: ViT-L/14 at 518×518, GPLL's labels of Crack500, 3 epochs; three 3×3
# erosions at test (without them: --cfg-options model.test_cfg.erode=0)
_base_ = [
    '../_base_/models/open_clip_vit_l_14_336.py',
    './_base_/crack500_518.py',
    './_base_/schedule_3e.py',
    '../_base_/default_runtime.py',
]
images = '{{$MMCRACK_DATA:data}}/crack500/traincrop/*.jpg'
labels = 'work_dirs/pseudo_labels/crackclip_crack500'
prerequisites = [dict(label='configs/crackclip/labels_crack500.py', images=images, out=labels)]
model = dict(test_cfg=dict(erode=3))
custom_hooks = [
    dict(type='mmcrack.SoftLabelLogHook'),
    dict(type='mmcrack.ParameterCountHook'),
    dict(type='mmcrack.EpochSeedHook'),  # a resumed run equals the uninterrupted one
]
