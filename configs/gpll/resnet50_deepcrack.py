# resnet50_crack500.py on patches of DeepCrack's 300 training photographs
_base_ = [
    '../_base_/models/cls_resnet50.py',
    '../_base_/datasets/deepcrack_patches.py',
    '../_base_/schedules/sgd_24e.py',
    '../_base_/classification_runtime.py',
]
weights = 'checkpoints/resnet50_8xb32_in1k_20210831-ea4938fc.pth'  # of mmpretrain's model zoo
init_cfg = dict(type='Pretrained', checkpoint=weights, prefix='backbone.')
model = dict(backbone=dict(init_cfg=init_cfg))
