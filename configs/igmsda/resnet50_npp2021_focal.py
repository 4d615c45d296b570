_base_ = './resnet50_npp2021.py'
model = dict(head=dict(loss=dict(type='FocalLoss')))
custom_hooks = []
