# Upper bound: the same student, same budget, on the 300 true masks
_base_ = './unet_deepcrack_small.py'
prerequisites = []
masks = '{{$MMCRACK_DATA:data}}/deepcrack/train_lab'
train_dataloader = dict(dataset=dict(data_prefix=dict(seg_map_path=masks)))
