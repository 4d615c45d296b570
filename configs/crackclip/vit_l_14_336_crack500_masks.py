# Table 2, FSV: the same on the 1,896 true masks
_base_ = './vit_l_14_336_crack500.py'
prerequisites = []
masks = '{{$MMCRACK_DATA:data}}/crack500/traincrop'
train_dataloader = dict(dataset=dict(data_prefix=dict(seg_map_path=masks)))
