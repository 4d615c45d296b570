# Ours: gpll_unet_deepcrack_small.py on labels of two classes whose localization counts fully
_base_ = './gpll_unet_deepcrack_small.py'
images = '{{$MMCRACK_DATA:data}}/deepcrack/train_img'
labels = 'work_dirs/pseudo_labels/gpll_deepcrack_two-class_hard_small'
prerequisites = [
    dict(label='configs/gpll/labels_two-class_hard_small.py', images=images, out=labels)
]
train_dataloader = dict(dataset=dict(data_prefix=dict(seg_map_path=labels)))
