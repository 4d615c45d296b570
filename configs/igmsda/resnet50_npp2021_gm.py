# GM without augmentation
_base_ = './resnet50_npp2021.py'
model = dict(head=dict(loss=dict(type='mmcrack.GMLoss')))
