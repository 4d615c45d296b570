_base_ = './resnet50_npp2021_cutout.py'
model = dict(head=dict(loss=dict(type='CrossEntropyLoss')))
custom_hooks = []
