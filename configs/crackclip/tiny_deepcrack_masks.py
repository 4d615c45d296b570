# Upper bound of tiny_deepcrack.py: the same on the 300 true masks
_base_ = './tiny_deepcrack.py'
prerequisites = []
masks = '{{$MMCRACK_DATA:data}}/deepcrack/train_lab'
train_dataloader = dict(dataset=dict(data_prefix=dict(seg_map_path=masks)))
