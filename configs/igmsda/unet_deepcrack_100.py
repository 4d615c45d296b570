# IGMSDA for every pixel of a U-Net
_base_ = './unet_deepcrack_100_ce.py'
model = dict(decode_head=dict(loss_decode=dict(_delete_=True, type='mmcrack.IGMSDALoss')))
custom_hooks = [
    dict(type='mmcrack.SoftLabelLogHook'),
    dict(type='mmcrack.SemanticAugmentationHook', head='decode_head'),
]
