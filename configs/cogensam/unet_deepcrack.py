# A U-Net student on CoGenSAM's labels at the published size, for those without SAM's weights
_base_ = './unet_deepcrack_small.py'
images = '{{$MMCRACK_DATA:data}}/deepcrack/train_img'
labels = 'work_dirs/pseudo_labels/deepcrack'
prerequisites = [dict(label='configs/cogensam/labels.py', images=images, out=labels)]
train_dataloader = dict(dataset=dict(data_prefix=dict(seg_map_path=labels)))
train_cfg = dict(max_iters=4000, val_interval=4000)
