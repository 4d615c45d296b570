# GM over 1,000 drawn features for each patch, Table VI
_base_ = './resnet110_npp2021.py'
model = dict(head=dict(loss=dict(type='mmcrack.SampledGMLoss')))
