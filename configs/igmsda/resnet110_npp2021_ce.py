_base_ = './resnet110_npp2021.py'
model = dict(head=dict(loss=dict(type='CrossEntropyLoss')))
custom_hooks = []
