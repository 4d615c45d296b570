# The student on labels by the restorer that learned on synthetic photographs
_base_ = './unet_deepcrack_small.py'
images = '{{$MMCRACK_DATA:data}}/deepcrack/train_img'
labels = 'work_dirs/pseudo_labels/deepcrack_photographs_small'
prerequisites = [
    dict(label='configs/cogensam/labels_photographs_small.py', images=images, out=labels)
]
train_dataloader = dict(dataset=dict(data_prefix=dict(seg_map_path=labels)))
