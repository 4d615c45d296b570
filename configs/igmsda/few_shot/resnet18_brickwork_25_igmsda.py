_base_ = './resnet18_brickwork_25_ce.py'
model = dict(head=dict(loss=dict(type='mmcrack.IGMSDALoss')))
custom_hooks = [dict(type='mmcrack.SemanticAugmentationHook', head='head')]
