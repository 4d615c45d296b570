# CRACK2019: 40,000 patches in Positive and Negative
_base_ = './cls_brickwork.py'
data_root = '{{$MMCRACK_DATA:data}}/crack2019'
train_dataloader = dict(dataset=dict(data_root=data_root))
val_dataloader = dict(dataset=dict(data_root=data_root))
test_dataloader = dict(dataset=dict(data_root=data_root))
