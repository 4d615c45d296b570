# U-Net, fully supervised: the same training on the true masks
_base_ = './gpll_unet_crack500.py'
prerequisites = []
masks = '{{$MMCRACK_DATA:data}}/crack500/traincrop'
train_dataloader = dict(dataset=dict(data_prefix=dict(seg_map_path=masks)))
