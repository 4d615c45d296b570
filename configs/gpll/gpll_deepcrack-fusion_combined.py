# DeepCrack (Zou et al.) on GPLL's labels of DeepCrack, CFD and AEL together (Table VI)
_base_ = [
    '../_base_/models/deepcrack_fusion_vgg16.py',
    '../_base_/datasets/combined_gpll.py',
    '../_base_/schedules/sgd_240e.py',
    '../_base_/default_runtime.py',
]
