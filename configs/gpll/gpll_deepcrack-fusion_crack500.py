# DeepCrack (Zou et al.) on GPLL's labels of Crack500's training photographs
_base_ = [
    '../_base_/models/deepcrack_fusion_vgg16.py',
    '../_base_/datasets/crack500_gpll.py',
    '../_base_/schedules/sgd_240e.py',
    '../_base_/default_runtime.py',
]
images = '{{$MMCRACK_DATA:data}}/crack500/traincrop/*.jpg'
labels = 'work_dirs/pseudo_labels/gpll_crack500'
prerequisites = [dict(label='configs/gpll/labels.py', images=images, out=labels)]
